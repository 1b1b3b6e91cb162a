import Contracts

/// What came back from one step of a delivery.
enum BuyerReply: Sendable, Equatable {
  /// An HTTP answer, of whatever status.
  case answered(status: Int, body: [UInt8])
  /// No answer; the request surely never left.
  case notSent(reason: Reason)
  /// No answer, and the buyer may have the request.
  case unknown(reason: Reason)

  enum Reason: String, Sendable {
    /// The host's name has no address.
    case noAddress = "the host has no address"
    case refused = "no connection"
    case timeout = "no answer in time"
    case reset = "the connection broke"
    case tooLarge = "the answer is too large"
    case other = "the call failed"
  }
}

/// A delivery as far as it got: its last step, what was asked in it, and what came back.
struct LeadDelivery: Sendable {
  enum Step: Sendable { case authentication, sending }

  var step: Step
  /// What the source is shown of the request.
  var request: JSON
  var reply: BuyerReply
  /// A log-in that was answered well, with something that is no set of headers.
  var isTokenUnreadable = false
  /// What must not be shown.
  var mask: SecretMask
}
