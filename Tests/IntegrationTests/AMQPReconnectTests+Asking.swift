import AMQP
import EventLoop
import Testing

/// While the broker takes its time to answer a question.
extension AMQPReconnectTests {
  /// Publishes until a message waits for the wire: the question is being asked. The timeout is a timer of the loop.
  private func awaitQuestion(_ publisher: AMQPPublisher) async {
    var error: AMQPError?
    repeat { error = await publish(publisher, timeout: .milliseconds(50)) } while error?.outcomeUnknown == true
    #expect(error?.code == .timedOut)
  }

  private func failure<R>(of task: Task<R, any Error>) async -> AMQPError? {
    if case .failure(let error) = await task.result { error as? AMQPError } else { nil }
  }

  @Test func aSharedLoopGoesOnWhileTheBrokerIsAsked() async throws {
    let loop = EventLoop(name: "shared")
    let queue = queue
    try await withProxy(loop: loop) { publisher, proxy, log in
      await proxy.pause()
      let asked = Task { try await publisher.state(of: queue) }
      await awaitQuestion(publisher)
      // It waits for its turn, and there is no such queue.
      let refused = Task { try await publisher.isEmpty(queue: TestBroker.unique("none")) }
      await proxy.resume()
      let state = try await asked.value
      #expect(state != nil)
      #expect(await failure(of: refused)?.code == .topology)
      #expect(await publish(publisher) == nil)
      #expect(!log.events.contains { $0.isDisconnected }, "what the broker refuses does not cost the connection")
    }
    loop.stop()
  }

  @Test func aQuestionEndsWithTheConnection() async throws {
    let queue = queue
    try await withProxy { publisher, proxy, log in
      await proxy.pause()
      let asked = [Task { try await publisher.state(of: queue) }, Task { try await publisher.state(of: queue) }]
      await awaitQuestion(publisher)
      let seen = log.events.count
      await proxy.drop()
      for task in asked { #expect(await failure(of: task)?.code == .disconnected) }
      await proxy.resume()
      try await log.first(after: seen) { $0.isConnected }
      #expect(await publish(publisher) == nil)
    }
  }
}
