internal import EventLoop
import Synchronization

/// The library blocks while it waits for the broker's answer. So the wire is lent to a thread for that alone: whatever
/// else is on this connection's loop goes on, and calls end in time. What is to be sent waits for the wire meanwhile.
extension Connection {
  /// Asks in the order of the calls; `isFirst`: before all others, which need what is mended here.
  func put(_ question: Question, isFirst: Bool = false) {
    guard isLent || wire != nil else {
      return question.done(AMQPError(.disconnected, "not connected", cause: failure.description))
    }
    questions.insert(question, at: isFirst ? 0 : questions.count)
    lend()
  }

  /// Asks, and answers what came of it. Where the broker refuses the connection stays.
  func ask<Answer: Sendable>(
    _ question: @escaping @Sendable (Wire) throws(AMQPError) -> Answer
  ) async throws(AMQPError) -> Answer {
    typealias Outcome = Result<Answer, AMQPError>
    let outcome = await withCheckedContinuation { (continuation: CheckedContinuation<Outcome, Never>) in
      let answer = Mutex<Outcome?>(nil)
      put(
        Question { wire throws(AMQPError) in
          let outcome = Outcome { () throws(AMQPError) in try question(wire) }
          answer.withLock { $0 = outcome }
          if case .failure(let error) = outcome, error.code != .topology { throw error }
        } done: { error in
          let lost = error ?? AMQPError(.disconnected, "not asked")
          continuation.resume(returning: answer.withLock { $0 } ?? .failure(lost))
        })
    }
    return try outcome.get()
  }

  /// Puts the role's channels and what is declared in order, or ends a consumer. Returns when that is done, or when the
  /// connection is lost over it.
  func carryOut(_ setup: @escaping Role.Setup, declaring: Bool) async {
    await withCheckedContinuation { continuation in
      put(question(setup, declaring: declaring) { _ in continuation.resume() })
    }
  }

  func question(
    _ setup: @escaping Role.Setup, declaring: Bool, done: @escaping @Sendable (AMQPError?) -> Void = { _ in }
  ) -> Question {
    let topology = declaring ? topology : AMQPTopology()
    return Question({ wire throws(AMQPError) in try setup(wire, wire.declare(topology)) }, done: done)
  }

  /// Lends the wire for the questions there are, unless it is lent already.
  func lend() {
    guard !questions.isEmpty, let lent = giveAway() else { return }
    isLent = true
    let asked = questions
    questions = []
    Task {
      let error = await Self.aside { () -> AMQPError? in
        do throws(AMQPError) {
          for question in asked { try question.ask(lent.wire) }
          return nil
        } catch {
          return error
        }
      }
      if let error { lost(error) } else { takeBack(lent.wire) }
      for question in asked { question.done(error) }
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
