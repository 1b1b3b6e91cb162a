import Contracts
import FoundationEssentials
import Messaging
import Postgres

/// Records that one may not write to customers any more, or may again, and tells it: to senders at once, and to the public.
///
/// Whatever changes `opted_out_at`, or deletes a customer, calls this in the same transaction.
struct Consent: Sendable {
  /// For senders.
  let control: Outbox
  /// For everybody.
  let events: Outbox
  let store = ConsentStore()

  init(events: Outbox) {
    self.events = events
    control = Outbox(table: "\(CustomerDatabase.schema).control", service: .customer)
  }

  /// - Parameters:
  ///   - customers: ids and the revisions by this change, each customer once.
  ///   - principal: who did it.
  func tell(
    _ state: ConsentState, of customers: [(id: Int64, revision: Int64)], by principal: String? = nil,
    on connection: PostgresConnection
  ) async throws {
    guard !customers.isEmpty else { return }
    let sorted = customers.sorted { $0.id < $1.id }
    let at = try await store.record(state, of: sorted, on: connection)
    for start in stride(from: 0, to: sorted.count, by: ConsentNews.maxCount) {
      let changes = sorted[start..<min(start + ConsentNews.maxCount, sorted.count)].map {
        ConsentChange(customerID: $0.id, revision: $0.revision, state: state, at: at)
      }
      try await control.add(ConsentNews.type, data: ConsentNews(changes: changes), on: connection)
    }
    for customer in sorted {
      try await events.add(
        state.event.rawValue, data: RecordFact(id: customer.id, revision: customer.revision), by: principal,
        on: connection)
    }
  }
}

extension ConsentState {
  /// Its public event.
  var event: EventType {
    switch self {
    case .optedOut: .customerOptedOut
    case .optedIn: .customerOptedIn
    case .deleted: .customerDeleted
    }
  }
}
