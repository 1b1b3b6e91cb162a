import Contracts

/// How a message ends that will not be called any more.
struct MessageEnd: Sendable, Equatable {
  var status: MessageStatus
  var reason: String

  /// What an operator has cancelled is cancelled, whatever it waited for.
  static let cancelled = MessageEnd(status: .cancelled, reason: "mailout_cancelled")

  /// The end has come: it has expired, or failed where the provider may have it and never said so.
  static func late(isUnknown: Bool, reason: String) -> MessageEnd {
    isUnknown ? MessageEnd(status: .failed, reason: "unknown") : MessageEnd(status: .expired, reason: reason)
  }
}

extension WaitingMessage {
  /// Issued again, for the customer as they are now.
  func again(phone: String, text: String) -> BatchMessage {
    BatchMessage(
      id: messageID, customerID: customerID, phone: phone, text: text, round: round, hop: hop + 1, attempts: attempts,
      isUnknown: isUnknown)
  }
}
