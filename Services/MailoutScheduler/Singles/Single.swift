import Contracts
import FoundationEssentials

/// A message of no mailout, from its order to its end.
struct Single: Sendable, Equatable {
  /// Whom it goes to.
  enum Recipient: Sendable, Equatable {
    case customer(Int64)
    /// A test: a phone, whoever has it.
    case phone(String)
  }

  var messageID: Int64
  var recipient: Recipient
  /// With its placeholders.
  var text: String
  var endAt: Date
  var revision: Int64 = 1
  /// The provider asked for; nil for the default.
  var provider: String?
  var round = 0
  /// Under which it was issued last; 0 before.
  var hop = 0
  var attempts = 0
  var reason: String?
  /// Whether it waits; else a sender has it.
  var isWaiting = true
  var createdBy: String
  var createdAt: Date
  /// Whether a provider may have it and never said so.
  var isUnknown = false

  var customerID: Int64? {
    if case .customer(let id) = recipient { id } else { nil }
  }

  /// The version, as operations carry it.
  var etag: String { String(revision) }

  /// What people are shown of it.
  func view(_ status: MessageStatus) -> MessageView {
    var view = MessageView(
      id: messageID, mailoutID: NoMailout.id, customerID: customerID ?? 0, status: status)
    view.own = own(by: createdBy)
    view.attempts = attempts
    view.reason = reason
    view.queuedAt = Timestamp.microseconds(createdAt)
    return view
  }

  /// What statistics are told of it while it waits.
  /// - Parameter principal: who ordered or changed it.
  func waits(by principal: String) -> Outcome {
    Outcome(
      messageID: messageID, mailoutID: NoMailout.id, customerID: customerID ?? 0, status: .queued,
      at: Timestamp.microseconds(createdAt), own: own(by: principal))
  }

  /// That it has ended without a call.
  func ended(_ status: MessageStatus, reason: String, now: Date) -> Outcome {
    Outcome(
      messageID: messageID, mailoutID: NoMailout.id, customerID: customerID ?? 0, status: status, round: round,
      hop: hop, attempts: attempts, reason: reason, at: Timestamp.microseconds(now))
  }

  /// Its end has come while it waited.
  func overdue(now: Date) -> Outcome {
    let end = MessageEnd.late(isUnknown: isUnknown, reason: reason ?? "deadline")
    return ended(end.status, reason: end.reason, now: now)
  }

  private func own(by principal: String) -> OwnText {
    OwnText(text: text, endAt: Timestamp.microseconds(endAt), revision: revision, by: principal)
  }
}
