import AMQP
import Testing

/// A connection on which nothing is said: whether anybody is still there.
@Suite(.timeLimit(.minutes(20))) struct AMQPHeartbeatTests {
  private let queue = TestBroker.unique("queue")

  private var topology: AMQPTopology { AMQPTopology(queues: [.init(name: queue, arguments: ["x-expires": 600_000])]) }

  @Test func noticesASilentBroker() async throws {
    let proxy = try TestBroker.proxy()
    await proxy.start()
    var (configuration, log) = try TestBroker.logged(through: proxy)
    configuration.heartbeat = .seconds(1)
    let publisher = AMQPPublisher(configuration: configuration, topology: topology)
    try await WithAMQP.run(publisher) { [log] in
      try await log.first { $0.isConnected }
      await proxy.pause()
      try await log.first { $0.isDisconnected }
      await proxy.resume()
      // A busy machine is silent for so long too.
      var code: AMQPError.Code?
      repeat {
        code = nil
        do throws(AMQPError) {
          try await publisher.publish(AMQPMessage(body: []), exchange: "", routingKey: queue, timeout: .seconds(300))
        } catch { code = error.code }
      } while code == .disconnected
      #expect(code == nil)
    }
    await proxy.stop()
  }

  /// A busy machine may let an interval or two pass, and then the connection is cut off after all: it is tried once more.
  /// Without heartbeats it would never succeed.
  @Test func keepsAnIdleConnectionAliveByHeartbeats() async throws {
    var (configuration, log) = try TestBroker.logged()
    configuration.heartbeat = .seconds(3)
    let slow = TestBroker.unique("slow")
    let waiting = AMQPTopology.Queue(
      name: slow,
      arguments: [
        "x-expires": 600_000, "x-message-ttl": 12_000, "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": .string(queue),
      ])
    let topology = AMQPTopology(queues: topology.queues + [waiting])
    let consumer = AMQPConsumer(configuration: configuration, topology: topology, queue: queue, prefetch: 1)
    let publisher = AMQPPublisher(configuration: try TestBroker.configuration())
    try await WithAMQP.run(publisher, [consumer]) { [log] in
      var deliveries = consumer.deliveries.makeAsyncIterator()
      var round: UInt8 = 0
      var isCutOff = true
      while isCutOff {
        round += 1
        let seen = log.events.count
        try await until { consumer.isConnected }
        // Comes back after twelve seconds, when a client without heartbeats would have been cut off.
        try await publisher.publish(
          AMQPMessage(body: [round]), exchange: "", routingKey: slow, timeout: .seconds(300))
        // Of an earlier round one may come twice.
        var isBack = false
        while !isBack {
          let delivery = try #require(await deliveries.next())
          isBack = delivery.message.body == [round]
          await delivery.ack()
        }
        isCutOff = log.events.dropFirst(seen).contains { $0.isDisconnected }
      }
    }
  }
}
