internal import EventLoop
import Synchronization

/// The library blocks while it waits for the broker's answer. So the wire is lent to a thread for that alone: whatever
/// else is on this connection's loop goes on, and calls end in time. What is to be sent waits for the wire meanwhile.
extension Connection {
  /// Asks, in the order of the calls, or before all others.
  func enqueue(_ question: Question, isFirst: Bool = false) {
    guard wire != nil || isLent else { return question.done(notConnected) }
    questions.insert(question, at: isFirst ? 0 : questions.count)
    lend()
  }

  /// Puts in order what the broker has taken away, before all other questions: they may need it.
  func mend(_ setup: @escaping Role.Setup) { enqueue(Question(afterDeclaring(setup)), isFirst: true) }

  func afterDeclaring(_ setup: @escaping Role.Setup) -> @Sendable (Wire) throws(AMQPError) -> Void {
    { [topology] wire throws(AMQPError) in try setup(wire, wire.declare(topology)) }
  }

  /// Asks, and answers what came of it. Where the broker refuses the connection stays.
  func ask<Answer: Sendable>(
    _ question: @escaping @Sendable (Wire) throws(AMQPError) -> Answer
  ) async throws(AMQPError) -> Answer {
    typealias Outcome = Result<Answer, AMQPError>
    let outcome = await withCheckedContinuation { (continuation: CheckedContinuation<Outcome, Never>) in
      // A broker that holds us back would not answer.
      if let blocked { return continuation.resume(returning: .failure(.heldBack(blocked))) }
      let answer = Mutex<Outcome?>(nil)
      enqueue(
        Question { wire throws(AMQPError) in
          let outcome = Outcome { () throws(AMQPError) in try question(wire) }
          answer.withLock { $0 = outcome }
          if case .failure(let error) = outcome, error.code != .topology { throw error }
        } done: { [notConnected] error in
          continuation.resume(returning: answer.withLock { $0 } ?? .failure(error ?? notConnected))
        })
    }
    return try outcome.get()
  }

  /// Lends the wire for the questions there are, unless it is lent already.
  func lend() {
    guard !questions.isEmpty, let lent = giveAway() else { return }
    isLent = true
    let asked = questions
    questions = []
    Task {
      let (answered, error) = await Self.aside { () -> (Int, AMQPError?) in
        for (number, question) in asked.enumerated() {
          do throws(AMQPError) { try question.body(lent.wire) } catch { return (number, error) }
        }
        return (asked.count, nil)
      }
      if let error { wireIsGone(error) } else { takeBack(lent.wire) }
      for (number, question) in asked.enumerated() {
        question.done(number < answered ? nil : number == answered ? error : notConnected)
      }
    }
  }

  /// Runs what blocks on a thread for that alone.
  static func aside<R: Sendable>(_ body: @escaping @Sendable () -> R) async -> R {
    let thread = EventLoop(name: "amqp-answers")
    defer { thread.stop() }
    return await withCheckedContinuation { continuation in
      thread.execute { continuation.resume(returning: body()) }
    }
  }
}
