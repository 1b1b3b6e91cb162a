import Contracts

/// What became of one call at a provider.
enum CallAnswer: Equatable, Sendable {
  /// An HTTP answer. `body` is nil where it does not fit the contract (`{"code": int, "message": string}`).
  case answered(status: Int, body: ProviderBody?, retryAfter: Duration?)
  /// No answer; the request surely never left (refused, DNS, TLS, connect timeout).
  case notSent(reason: String)
  /// No answer, and the provider may have the request (timeout, reset).
  case unknown(reason: String)
}

/// The provider's reply, as far as we read it.
struct ProviderBody: Equatable, Sendable {
  var code: Int64
  var message: String?
}

/// An answer, and its text for people where it is not a plain success.
struct CallReply: Equatable, Sendable {
  var answer: CallAnswer
  var text: String?
}

/// Makes calls at one provider; tests bring their own.
protocol ProviderCalling: AnyObject, Sendable {
  /// Calls that have no answer yet.
  var underWay: Int { get }

  /// One call. Whatever happens is an answer.
  /// - Parameters:
  ///   - mayLeave: asked on the dispatcher's loop when the connection stands, right before the request leaves.
  ///   - timeLeft: asked there by `clip`: how long the call may last from then on.
  ///   - done: told, once, on the dispatcher's loop, perhaps before this returns; nil where the request has been withheld.
  func send(
    _ message: BatchMessage, timeout: Duration, mayLeave: @escaping @Sendable () -> Bool,
    timeLeft: @escaping @Sendable () -> Duration, _ done: @escaping (CallReply?) -> Void)

  /// Something has changed for calls under way: none lasts longer than its `timeLeft`. On the dispatcher's loop.
  func clip()

  /// Breaks off what is under way, and makes no more calls. On the dispatcher's loop.
  func close()
}
