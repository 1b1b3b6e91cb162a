import Contracts
import Messaging
import Postgres

extension Outbox {
  /// Outcomes from the scheduler itself, so many in one message.
  func tell(_ outcomes: [Outcome], on connection: PostgresConnection) async throws {
    for start in stride(from: 0, to: outcomes.count, by: 500) {
      let group = OutcomeGroup(outcomes: Array(outcomes[start..<min(start + 500, outcomes.count)]))
      try await add(OutcomeGroup.type, json: group.bytes, on: connection)
    }
  }
}
