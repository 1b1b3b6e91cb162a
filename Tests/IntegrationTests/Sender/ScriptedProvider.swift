import Contracts
import EventLoop

@testable import Sender

/// A provider that a test writes: it answers at once, or keeps calls until told, without a connection or without an
/// answer. Unchecked: used on its loop only.
final class ScriptedProvider: ProviderCalling, @unchecked Sendable {
  static let ok = CallReply(answer: .answered(status: 200, body: ProviderBody(code: 0, message: "OK"), retryAfter: nil))
  static let brokenOff = CallReply(answer: .unknown(reason: "closed"))
  static let down = CallReply(answer: .answered(status: 500, body: nil, retryAfter: nil), text: "down")

  /// Each call with its timeout and when it is made.
  let calls = EventLog<(id: Int64, timeout: Duration, at: ContinuousClock.Instant)>()
  private let loop: EventLoop
  private var reply: CallReply?
  private var isConnecting: Bool
  /// What was left to each call under way when they were clipped.
  let clipped = EventLog<Duration>()
  private var kept: [(mayLeave: @Sendable () -> Bool, timeLeft: @Sendable () -> Duration, done: (CallReply?) -> Void)] =
    []

  /// - Parameters:
  ///   - reply: nil keeps every call.
  ///   - isConnecting: calls wait for their connections until there is an answer.
  init(loop: EventLoop, reply: CallReply? = ScriptedProvider.ok, isConnecting: Bool = false) {
    self.loop = loop
    self.reply = reply
    self.isConnecting = isConnecting
  }

  var underWay: Int { kept.count }

  func send(
    _ message: BatchMessage, timeout: Duration, mayLeave: @escaping @Sendable () -> Bool,
    timeLeft: @escaping @Sendable () -> Duration, _ done: @escaping (CallReply?) -> Void
  ) {
    calls.add((message.id, timeout, .now))
    if let reply { done(reply) } else { kept.append((mayLeave, timeLeft, done)) }
  }

  func clip() { for call in kept { clipped.add(call.timeLeft()) } }

  func close() { end(Self.brokenOff) }

  /// Answers what is kept, and from now on at once.
  func answer(_ reply: CallReply) {
    loop.execute { [self] in
      self.reply = reply
      end(reply)
    }
  }

  /// Answers what is kept; what comes later is kept as before.
  func answerKept(_ reply: CallReply) { loop.execute { [self] in end(reply) } }

  /// What waits for a connection asks once more whether it may leave.
  private func end(_ reply: CallReply) {
    let (all, wereConnecting) = (kept, isConnecting)
    kept = []
    isConnecting = false
    for call in all { call.done(wereConnecting && !call.mayLeave() ? nil : reply) }
  }
}
