import Contracts
import FoundationEssentials

extension WaitingMessage {
  /// That it has ended without a call.
  func ended(_ status: MessageStatus, of mailoutID: Int64, reason: String, now: Date) -> Outcome {
    Outcome(
      messageID: messageID, mailoutID: mailoutID, customerID: customerID, status: status, round: round, hop: hop,
      attempts: attempts, reason: reason, at: Timestamp.microseconds(now))
  }
}
