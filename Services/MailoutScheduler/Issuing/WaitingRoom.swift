import Contracts
import FoundationEssentials

/// The waiting set of one mailout: who is due is issued again, with the customer as they are now; who is late is over.
struct WaitingRoom: Sendable {
  /// Messages that end in one transaction: a hundred thousand are twenty steps.
  static let step = 5_000

  let tools: DriverTools
  let mailout: Mailout

  /// Issues messages whose time has come; false where there is none.
  func issueDue(now: Date) async throws -> Bool {
    let due = try await tools.waiting.due(mailoutID: mailout.id, now: now, limit: Batch.maxCount)
    guard !due.isEmpty else { return false }
    let template = try Template(mailout.draft.text)
    let members = try await tools.audience.members(
      AudienceMembersQuery(ids: due.map(\.customerID), fields: template.fields))
    let byID = Dictionary(members.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let again = due.compactMap { message in byID[message.customerID].map { (message: message, member: $0) } }
    let gone = due.filter { byID[$0.customerID] == nil }
    let batches = try await tools.issuer.batches(again: again, of: mailout, template: template)
    let ids = due.map(\.messageID)
    let taken = try await tools.waiting.reissue(ids, batches: batches, mailout: mailout) { connection in
      try await tools.tell(gone.map { outcome($0, .cancelled, reason: "customer_gone", now: now) }, on: connection)
    }
    if taken { await tools.publisher.publish(batches) }
    return true
  }

  /// Nothing is sent any more: whoever still waits has expired, or failed where an answer never came; or is cancelled
  /// with the mailout.
  func end() async throws {
    let (mailout, tools) = (mailout, tools)
    while true {
      let count = try await tools.waiting.remove(mailoutID: mailout.id, limit: Self.step) { messages, connection in
        let now = Date.now
        try await tools.tell(messages.map { ended($0, now: now) }, on: connection)
      }
      if count == 0 { return }
      tools.log.info("messages taken out of the waiting set", [.mailoutID(mailout.id), .field("count", count)])
    }
  }

  private func ended(_ message: WaitingMessage, now: Date) -> Outcome {
    if mailout.status == .cancelled { return outcome(message, .cancelled, reason: "mailout_cancelled", now: now) }
    if message.reason?.hasPrefix("unknown") == true { return outcome(message, .failed, reason: "unknown", now: now) }
    return outcome(message, .expired, reason: message.reason ?? "deadline", now: now)
  }

  private func outcome(_ message: WaitingMessage, _ status: MessageStatus, reason: String, now: Date) -> Outcome {
    Outcome(
      messageID: message.messageID, mailoutID: mailout.id, customerID: message.customerID, status: status,
      round: message.round, hop: message.hop, attempts: message.attempts, reason: reason,
      at: Timestamp.microseconds(now))
  }
}
