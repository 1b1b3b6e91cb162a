import AMQP
import Testing

@Suite(.timeLimit(.minutes(20))) struct AMQPConsumerReconnectTests {
  private let queue = TestBroker.unique("queue")

  private var topology: AMQPTopology {
    AMQPTopology(queues: [.init(name: queue, arguments: ["x-queue-type": "quorum", "x-expires": 600_000])])
  }

  @Test func losesNothingWhileConnectionsBreak() async throws {
    let proxy = try TestBroker.proxy()
    await proxy.start()
    let publisher = AMQPPublisher(configuration: try TestBroker.configuration(), topology: topology)
    let consumer = AMQPConsumer(
      configuration: try TestBroker.configuration(through: proxy), topology: topology, queue: queue, prefetch: 50)
    let count = 2000
    try await WithAMQP.run(publisher, [consumer]) {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<count {
          group.addTask {
            try await publisher.deliver(Array("\(number)".utf8), to: queue)
          }
        }
        var seen: Set<String> = []
        var breaks = [1500, 1000, 500]
        for await delivery in consumer.deliveries {
          seen.insert(String(decoding: delivery.message.body, as: UTF8.self))
          if seen.count == breaks.last {
            breaks.removeLast()
            await proxy.drop()
          }
          await delivery.ack()
          if seen.count == count { break }
        }
        try await group.waitForAll()
        #expect(seen.count == count)
      }
    }
    await proxy.stop()
  }

  @Test func ignoresASettlementForALostConnection() async throws {
    let proxy = try TestBroker.proxy()
    await proxy.start()
    let (configuration, log) = try TestBroker.logged(through: proxy)
    let publisher = AMQPPublisher(configuration: try TestBroker.configuration(), topology: topology)
    let consumer = AMQPConsumer(configuration: configuration, topology: topology, queue: queue, prefetch: 1)
    try await WithAMQP.run(publisher, [consumer]) {
      try await publisher.deliver([1], to: queue)
      var deliveries = consumer.deliveries.makeAsyncIterator()
      let old = try #require(await deliveries.next())
      await proxy.drop()
      let new = try #require(await deliveries.next())
      #expect(new.redelivered)
      #expect(new.message.body == [1])
      // Under the new connection the same tag stands for the new delivery: this must not settle it.
      await old.ack()
      await new.nack(requeue: true)
      let last = try #require(await deliveries.next())
      #expect(last.message.body == [1])
      await last.ack()
    }
    #expect(!log.events.contains { $0.isChannelClosed })
    await proxy.stop()
  }

  @Test func doesNotHandOutWhatALostConnectionBrought() async throws {
    let proxy = try TestBroker.proxy()
    await proxy.start()
    let (configuration, log) = try TestBroker.logged(through: proxy)
    let publisher = AMQPPublisher(configuration: try TestBroker.configuration(), topology: topology)
    let consumer = AMQPConsumer(configuration: configuration, topology: topology, queue: queue, prefetch: 10)
    try await WithAMQP.run(publisher, [consumer]) {
      for number in 0..<5 as Range<UInt8> {
        try await publisher.deliver([number], to: queue)
      }
      var deliveries = consumer.deliveries.makeAsyncIterator()
      _ = await deliveries.next()
      let seen = log.events.count
      await proxy.drop()
      try await log.first(after: seen) { $0.isConnected }
      var bodies: [[UInt8]] = []
      while bodies.count < 5, let delivery = await deliveries.next() {
        bodies.append(delivery.message.body)
        await delivery.ack()
      }
      #expect(Set(bodies) == Set((0..<5).map { [$0] }))
      // All of them were settled: the next is a new one.
      try await publisher.deliver([5], to: queue)
      let next = await deliveries.next()
      #expect(next?.message.body == [5])
    }
    await proxy.stop()
  }

  @Test func declaresADeletedQueueAgainAndGoesOn() async throws {
    let (configuration, log) = try TestBroker.logged()
    let publisher = AMQPPublisher(configuration: try TestBroker.configuration(), topology: topology)
    let consumer = AMQPConsumer(configuration: configuration, topology: topology, queue: queue, prefetch: 10)
    try await WithAMQP.run(publisher, [consumer]) {
      try await publisher.deliver([1], to: queue)
      var deliveries = consumer.deliveries.makeAsyncIterator()
      let first = try #require(await deliveries.next())
      try await TestBroker.delete(queue: queue)
      let event = try await log.first { $0.isConsumerCancelled }
      #expect(event == .consumerCancelled(queue: queue))
      // What came from the deleted queue is settled in vain, but without harm.
      await first.ack()
      var code: AMQPError.Code?
      repeat {
        // Returned until the queue is back; refused where it is just going.
        code = nil
        do throws(AMQPError) {
          try await publisher.publish(AMQPMessage(body: [2]), exchange: "", routingKey: queue)
        } catch { code = error.code }
      } while code == .returned || code == .nacked
      #expect(code == nil)
      let second = try #require(await deliveries.next())
      #expect(second.message.body == [2])
      await second.ack()
    }
    #expect(!log.events.contains { $0.isDisconnected })
  }

  @Test func bringsAnExclusiveQueueBackUnderItsName() async throws {
    let proxy = try TestBroker.proxy()
    await proxy.start()
    let exchange = TestBroker.unique("control")
    let fanout = AMQPTopology.Exchange(name: exchange, kind: .fanout, durable: false)
    let own = AMQPTopology(
      exchanges: [fanout],
      queues: [.init(name: queue, durable: false, exclusive: true, autoDelete: true)],
      bindings: [.init(queue: queue, exchange: exchange, routingKey: "")])
    let (configuration, log) = try TestBroker.logged(through: proxy)
    let consumer = AMQPConsumer(configuration: configuration, topology: own, queue: queue, prefetch: 10)
    let publisher = AMQPPublisher(
      configuration: try TestBroker.configuration(), topology: AMQPTopology(exchanges: [fanout]))
    try await WithAMQP.run(publisher, [consumer]) {
      try await log.first { $0.isConnected }
      let seen = log.events.count
      await proxy.drop()
      try await log.first(after: seen) { $0.isConnected }
      try await publisher.publish(AMQPMessage(body: [1]), exchange: exchange, routingKey: "")
      var deliveries = consumer.deliveries.makeAsyncIterator()
      let delivery = await deliveries.next()
      #expect(delivery?.message.body == [1])
    }
    await proxy.stop()
  }
}
