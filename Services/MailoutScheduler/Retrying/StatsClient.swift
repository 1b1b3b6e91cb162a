import Contracts
import FoundationEssentials
import Messaging

/// What the scheduler asks the statistics.
struct StatsClient: Sendable {
  let operations: any OperationCalling
  let caller: Caller

  func failedMessages(_ query: FailedMessagesQuery) async throws -> FailedMessages {
    let data = [UInt8](try JSONEncoder().encode(query))
    let reply = try await operations.call(.failedMessages, data: data, as: caller, timeout: .seconds(15))
    return try JSONDecoder().decode(FailedMessages.self, from: Data(reply.body))
  }
}
