import Contracts
import FoundationEssentials

/// The waiting set of one mailout: who is due is issued again, with the customer as they are now; who is late expires.
struct WaitingRoom: Sendable {
  let tools: DriverTools
  let mailout: Mailout

  /// Issues messages whose time has come; false where there is none.
  func issueDue(now: Date) async throws -> Bool {
    let due = try await tools.issues.due(mailoutID: mailout.id, now: now, limit: Batch.maxCount)
    guard !due.isEmpty else { return false }
    let template = try Template(mailout.draft.text)
    let members = try await tools.audience.members(
      AudienceMembersQuery(ids: due.map(\.customerID), fields: template.fields))
    let byID = Dictionary(members.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let again = due.compactMap { message in byID[message.customerID].map { (message: message, member: $0) } }
    let gone = due.filter { byID[$0.customerID] == nil }
    let batches = try await tools.issuer.batches(again: again, of: mailout, template: template)
    let taken = try await tools.issues.reissue(due.map(\.messageID), batches: batches, mailout: mailout) { connection in
      try await tools.tell(
        gone.map { outcome($0, .cancelled, reason: "customer_gone", now: now) }, on: connection)
    }
    if taken { await tools.publisher.publish(batches, provider: mailout.draft.provider) }
    return true
  }

  /// Nothing is sent any more: whoever still waits has expired, or failed where an answer never came.
  func expireAll() async throws {
    while true {
      let late = try await tools.issues.due(mailoutID: mailout.id, now: .distantFuture, limit: 1_000)
      guard !late.isEmpty else { return }
      let now = Date.now
      _ = try await tools.issues.reissue(late.map(\.messageID), batches: [], mailout: mailout) { connection in
        try await tools.tell(
          late.map { message in
            message.reason?.hasPrefix("unknown") == true
              ? outcome(message, .failed, reason: "unknown", now: now)
              : outcome(message, .expired, reason: message.reason ?? "deadline", now: now)
          }, on: connection)
      }
    }
  }

  private func outcome(_ message: WaitingMessage, _ status: MessageStatus, reason: String, now: Date) -> Outcome {
    Outcome(
      messageID: message.messageID, mailoutID: mailout.id, customerID: message.customerID, status: status,
      round: message.round, hop: message.hop, attempts: message.attempts, reason: reason,
      at: Timestamp.microseconds(now))
  }
}
