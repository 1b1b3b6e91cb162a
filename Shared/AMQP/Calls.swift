internal import EventLoop

/// Publishes or requests that wait for their answer. Ids ascend.
struct Calls<Answer: Sendable>: Sendable {
  typealias Outcome = Result<Answer, AMQPError>

  private struct Call {
    let continuation: CheckedContinuation<Outcome, Never>
    let timer: TimerToken
    var sent = false
  }

  private var calls: [UInt64: Call] = [:]

  var isEmpty: Bool { calls.isEmpty }

  mutating func add(_ id: UInt64, _ continuation: CheckedContinuation<Outcome, Never>, timer: TimerToken) {
    calls[id] = Call(continuation: continuation, timer: timer)
  }

  func isSent(_ id: UInt64) -> Bool { calls[id]?.sent ?? false }

  /// Notes that the call leaves now; false where it has ended meanwhile and must not leave.
  mutating func markSent(_ id: UInt64) -> Bool {
    calls[id]?.sent = true
    return calls[id] != nil
  }

  /// Answers a call; one that has ended is left alone.
  mutating func finish(_ id: UInt64, _ outcome: Outcome, on loop: EventLoop) {
    guard let call = calls.removeValue(forKey: id) else { return }
    loop.cancel(call.timer)
    call.continuation.resume(returning: outcome)
  }

  /// Fails what has left; what has not may still leave on the next connection.
  mutating func failSent(_ error: AMQPError, on loop: EventLoop) {
    for id in calls.keys.filter({ isSent($0) }) { finish(id, .failure(error.afterSending), on: loop) }
  }

  mutating func failAll(_ error: AMQPError, on loop: EventLoop) {
    failSent(error, on: loop)
    for id in Array(calls.keys) { finish(id, .failure(error), on: loop) }
  }
}
