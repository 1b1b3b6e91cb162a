import EventLoop
import Synchronization

/// One `send` on its way. Unchecked: all but `isCancelled` belongs to the loop once the call is handed to the engine.
final class Call: @unchecked Sendable {
  typealias Outcome = Result<HTTPClientResponse, HTTPClientError>

  let request: HTTPClientRequest
  let deadline: ContinuousClock.Instant
  /// Set by the caller's task, from any thread, before it tells the engine.
  let isCancelled = Atomic<Bool>(false)
  /// Nil before the call is handed over and after it is answered. Unsafe for speed: `Engine.finish` alone resumes it.
  var continuation: UnsafeContinuation<Outcome, Never>?
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
