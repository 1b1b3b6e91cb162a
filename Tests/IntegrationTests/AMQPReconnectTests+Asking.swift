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

  @Test func aSharedLoopGoesOnWhileTheBrokerIsAsked() async throws {
    let loop = EventLoop(name: "shared")
    let queue = queue
    try await withProxy(loop: loop) { publisher, proxy, log in
      await proxy.pause()
      let asked = Task { try await publisher.state(of: queue) }
      await awaitQuestion(publisher)
      // There is no such queue.
      async let refused = failure { () throws(AMQPError) in
        try await publisher.isEmpty(queue: TestBroker.unique("none"))
      }
      await proxy.resume()
      let state = try await asked.value
      #expect(state != nil)
      #expect(try await refused.code == .topology)
      #expect(await publish(publisher) == nil)
      #expect(!log.events.contains { $0.isDisconnected }, "what the broker refuses does not cost the connection")
    }
    loop.stop()
  }

  @Test func aQuestionEndsWithTheConnection() async throws {
    let queue = queue
    try await withProxy { publisher, proxy, log in
      await proxy.pause()
      async let asked = failure { () throws(AMQPError) in try await publisher.state(of: queue) }
      await awaitQuestion(publisher)
      let seen = log.events.count
      await proxy.drop()
      #expect(try await asked.code == .disconnected)
      await proxy.resume()
      try await log.first(after: seen) { $0.isConnected }
      #expect(await publish(publisher) == nil)
    }
  }

  /// Whoever finishes while a pause waits for the broker's word gets what the broker has sent until then.
  @Test func whatCameBeforeThePauseIsHandedOut() async throws {
    let proxy = try TestBroker.proxy()
    await proxy.start()
    let (configuration, log) = try TestBroker.logged(through: proxy)
    let consumer = AMQPConsumer(configuration: configuration, topology: topology, queue: queue, prefetch: 10)
    let publisher = AMQPPublisher(configuration: try TestBroker.configuration(), topology: topology)
    try await WithAMQP.run(publisher, [consumer]) {
      try await log.first { $0.isConnected }
      await proxy.pause()
      let pausing = Task { await consumer.pause() }
      for _ in 0..<5 { #expect(await publish(publisher) == nil) }
      let finishing = Task { await consumer.finish() }
      await proxy.resume()
      var count = 0
      for await delivery in consumer.deliveries {
        await delivery.ack()
        count += 1
      }
      #expect(count == 5)
      await pausing.value
      await finishing.value
    }
    await proxy.stop()
  }
}
