import AMQP
import Testing

@Suite(.timeLimit(.minutes(20))) struct AMQPConsumeTests {
  private let queue = TestBroker.unique("queue")

  private func topology(_ arguments: [String: AMQPHeader] = ["x-queue-type": "quorum"]) -> AMQPTopology {
    var arguments = arguments
    arguments["x-expires"] = 600_000
    return AMQPTopology(queues: [.init(name: queue, arguments: arguments)])
  }

  private func consumer(_ configuration: AMQPConfiguration? = nil, prefetch: Int = 10) throws -> AMQPConsumer {
    try AMQPConsumer(
      configuration: configuration ?? TestBroker.configuration(), topology: topology(), queue: queue,
      prefetch: prefetch)
  }

  private func publisher() throws -> AMQPPublisher {
    AMQPPublisher(configuration: try TestBroker.configuration(), topology: topology())
  }

  private func publish(_ bodies: ClosedRange<Int>, by publisher: AMQPPublisher) async throws {
    for number in bodies {
      try await publisher.deliver(Array("\(number)".utf8), to: queue)
    }
  }

  private func number(_ delivery: AMQPDelivery?) -> Int? {
    delivery.flatMap { Int(String(decoding: $0.message.body, as: UTF8.self)) }
  }

  @Test func deliversAgainWhatIsHandedBack() async throws {
    let (consumer, publisher) = (try consumer(), try publisher())
    try await WithAMQP.run(publisher, [consumer]) {
      try await publish(1...1, by: publisher)
      var deliveries = consumer.deliveries.makeAsyncIterator()
      for count in 0..<3 {
        let delivery = try #require(await deliveries.next())
        #expect(delivery.deliveryCount == count)
        #expect(delivery.redelivered == (count > 0))
        if count < 2 { await delivery.nack(requeue: true) } else { await delivery.ack() }
      }
      try await publish(2...2, by: publisher)
      let next = await deliveries.next()
      #expect(number(next) == 2)
    }
  }

  @Test func deadLettersWhatIsRejected() async throws {
    let dead = AMQPTopology.Queue(name: "", durable: false, exclusive: true)
    let exchange = TestBroker.unique("dead")
    let graveyard = AMQPConsumer(
      configuration: try TestBroker.configuration(),
      topology: AMQPTopology(
        exchanges: [.init(name: exchange, kind: .fanout, durable: false)], queues: [dead],
        bindings: [.init(queue: "", exchange: exchange, routingKey: "")]),
      queue: "", prefetch: 10)
    let topology = topology(["x-dead-letter-exchange": .string(exchange)])
    let consumer = AMQPConsumer(
      configuration: try TestBroker.configuration(), topology: topology, queue: queue, prefetch: 10)
    let publisher = AMQPPublisher(configuration: try TestBroker.configuration(), topology: topology)
    try await WithAMQP.run(publisher, [consumer, graveyard]) {
      var corpses = graveyard.deliveries.makeAsyncIterator()
      // Once something arrives there, the dead-letter exchange is known to be bound.
      var probed: AMQPError?
      repeat {
        probed = nil
        do throws(AMQPError) {
          try await publisher.publish(AMQPMessage(body: []), exchange: exchange, routingKey: "")
        } catch { probed = error }
      } while probed != nil
      await corpses.next()?.ack()
      try await publish(1...1, by: publisher)
      var deliveries = consumer.deliveries.makeAsyncIterator()
      await deliveries.next()?.nack(requeue: false)
      let corpse = try #require(await corpses.next())
      #expect(corpse.message.properties.headers["x-first-death-reason"] == "rejected")
      await corpse.ack()
    }
  }

  @Test func holdsNoMoreThanItsPrefetch() async throws {
    let (greedy, other, publisher) = (try consumer(prefetch: 3), try consumer(prefetch: 5), try publisher())
    try await WithAMQP.run(publisher, [greedy]) {
      try await publish(1...5, by: publisher)
      var first = greedy.deliveries.makeAsyncIterator()
      for expected in 1...3 {
        let delivery = await first.next()
        #expect(number(delivery) == expected)
      }
      try await WithAMQP.run(nil, [other]) {
        var second = other.deliveries.makeAsyncIterator()
        for expected in 4...5 {
          let delivery = await second.next()
          #expect(number(delivery) == expected)
          await delivery?.ack()
        }
      }
    }
  }

  @Test func takesNothingWhilePaused() async throws {
    let (paused, other, publisher) = (try consumer(), try consumer(), try publisher())
    try await WithAMQP.run(publisher, [paused]) {
      var deliveries = paused.deliveries.makeAsyncIterator()
      try await publish(1...1, by: publisher)
      let held = await deliveries.next()
      await paused.pause()
      try await publish(2...2, by: publisher)
      try await WithAMQP.run(nil, [other]) {
        var others = other.deliveries.makeAsyncIterator()
        let delivery = await others.next()
        #expect(number(delivery) == 2)
        await delivery?.ack()
        // It closes by and by, and would be given the next one until then.
        await other.pause()
      }
      // What was held when the pause began can still be settled.
      await held?.ack()
      await paused.resume()
      try await publish(3...3, by: publisher)
      let next = await deliveries.next()
      #expect(number(next) == 3)
      #expect(next?.redelivered == false)
    }
  }

  @Test func staysPausedOverAReconnect() async throws {
    let proxy = try TestBroker.proxy()
    await proxy.start()
    let (configuration, log) = try TestBroker.logged(through: proxy)
    let (paused, other, publisher) = (try consumer(configuration), try consumer(), try publisher())
    try await WithAMQP.run(publisher, [paused]) {
      try await log.first { $0.isConnected }
      await paused.pause()
      let seen = log.events.count
      await proxy.drop()
      try await log.first(after: seen) { $0.isConnected }
      try await publish(1...1, by: publisher)
      try await WithAMQP.run(nil, [other]) {
        var others = other.deliveries.makeAsyncIterator()
        let delivery = await others.next()
        #expect(number(delivery) == 1)
      }
      await paused.resume()
      var deliveries = paused.deliveries.makeAsyncIterator()
      let delivery = await deliveries.next()
      #expect(number(delivery) == 1)
    }
    await proxy.stop()
  }

  @Test func endsItsDeliveriesWhenItsRunEnds() async throws {
    let consumer = try consumer()
    let run = Task { await consumer.run() }
    let reader = Task {
      var count = 0
      for await _ in consumer.deliveries { count += 1 }
      return count
    }
    run.cancel()
    #expect(await reader.value == 0)
    await run.value
  }
}
