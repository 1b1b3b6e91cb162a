import Contracts
import EventLoop

@testable import Sender

/// A provider that a test writes: it answers at once, or keeps calls until told. Unchecked: used on its loop only.
final class ScriptedProvider: ProviderCalling, @unchecked Sendable {
  static let ok = CallReply(answer: .answered(status: 200, body: ProviderBody(code: 0, message: "OK"), retryAfter: nil))
  static let down = CallReply(answer: .answered(status: 500, body: nil, retryAfter: nil), text: "down")

  /// Each call with its timeout and when it is made.
  let calls = EventLog<(id: Int64, timeout: Duration, at: ContinuousClock.Instant)>()
  private let loop: EventLoop
  private var reply: CallReply?
  private var kept: [(CallReply) -> Void] = []

  /// - Parameter reply: nil keeps every call.
  init(loop: EventLoop, reply: CallReply? = ScriptedProvider.ok) {
    self.loop = loop
    self.reply = reply
  }

  func send(_ message: BatchMessage, timeout: Duration, _ done: @escaping (CallReply) -> Void) {
    calls.add((message.id, timeout, .now))
    if let reply { done(reply) } else { kept.append(done) }
  }

  /// Answers what is kept, and from now on at once.
  func answer(_ reply: CallReply) {
    loop.execute { [self] in
      self.reply = reply
      let all = kept
      kept = []
      for done in all { done(reply) }
    }
  }
}
