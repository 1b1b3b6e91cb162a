import Contracts
import Messaging
import Postgres

/// Writes what became of a mailout to the outboxes, in the transaction that did it.
struct EventFacts: Sendable {
  /// For everybody: `mailout.*` events.
  let outbox: Outbox
  /// For senders: control messages.
  let control: Outbox
  let mailouts: MailoutStore

  init(mailouts: MailoutStore) {
    outbox = Outbox(table: "mailout.event", service: .mailoutScheduler)
    control = Outbox(table: "mailout.control", service: .mailoutScheduler)
    self.mailouts = mailouts
  }

  /// - Returns: the mailout as it now is; nil where there is none.
  @discardableResult
  func tell(
    _ type: EventType, of id: Int64, by principal: String? = nil, on connection: PostgresConnection
  ) async throws -> Mailout? {
    guard let mailout = try await mailouts.find(id, on: connection) else { return nil }
    try await tell(type, mailout, by: principal, on: connection)
    return mailout
  }

  /// - Parameters:
  ///   - mailout: as the transaction has made it.
  ///   - principal: who did it; nil where it happened by itself.
  func tell(
    _ type: EventType, _ mailout: Mailout, by principal: String? = nil, on connection: PostgresConnection
  ) async throws {
    try await outbox.add(type.rawValue, data: mailout.fact, by: principal, within: type.pause, on: connection)
    if type.concernsSenders, mailout.status != .scheduled {
      try await control.add(MailoutControl.type, data: mailout.control, on: connection)
    }
  }
}

extension EventType {
  /// A start may wait for the end of a small mailout: told together they cost little more than one of them.
  fileprivate var pause: Duration { self == .mailoutStarted ? .milliseconds(250) : .zero }

  /// Whether what has happened changes what senders do with messages they have already: what they need to know of a
  /// start stands in the batches.
  fileprivate var concernsSenders: Bool {
    switch self {
    case .mailoutUpdated, .mailoutPaused, .mailoutResumed, .mailoutCancelled: true
    default: false
    }
  }
}
