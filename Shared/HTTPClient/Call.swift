import EventLoop
import Synchronization

/// One `send` on its way. Unchecked: all but `isCancelled` belongs to the loop once the call is handed to the engine.
final class Call: @unchecked Sendable {
  typealias Outcome = Result<HTTPClientResponse, HTTPClientError>

  /// Who waits for the answer.
  enum Receiver {
    /// Unsafe for speed.
    case task(UnsafeContinuation<Outcome, Never>)
    /// Called on the loop.
    case function((Outcome) -> Void)

    func tell(_ outcome: Outcome) {
      switch self {
      case .task(let continuation): continuation.resume(returning: outcome)
      case .function(let done): done(outcome)
      }
    }
  }

  let request: HTTPClientRequest
  var deadline: ContinuousClock.Instant
  /// Set by the caller's task, from any thread, before it tells the engine.
  let isCancelled = Atomic<Bool>(false)
  /// Nil before the call is handed over and after it is answered: `Engine.finish` alone tells it.
  var receiver: Receiver?
  var timer: TimerToken?
  var origin: Origin?
  /// Set while libcurl works on the call.
  var transfer: Transfer?

  init(_ request: HTTPClientRequest, now: ContinuousClock.Instant) {
    self.request = request
    // A year stands for ever: an instant does not hold the largest duration.
    deadline = now + min(request.timeout, .seconds(31_536_000))
  }
}
