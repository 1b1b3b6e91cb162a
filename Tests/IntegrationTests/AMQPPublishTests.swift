import AMQP
import FoundationEssentials
import Testing

@Suite(.timeLimit(.minutes(20))) struct AMQPPublishTests {
  /// A queue that goes with its last consumer, and a publisher to it.
  private func queue(_ arguments: [String: AMQPHeader] = [:]) -> AMQPTopology.Queue {
    var arguments = arguments
    arguments["x-expires"] = 600_000
    return AMQPTopology.Queue(name: TestBroker.unique(), arguments: arguments)
  }

  @Test func carriesEveryPropertyToTheConsumer() async throws {
    let exchange = TestBroker.unique("exchange")
    let queue = AMQPTopology.Queue(name: "", durable: false, exclusive: true, autoDelete: true)
    let topology = AMQPTopology(
      exchanges: [.init(name: exchange, kind: .topic, durable: false)], queues: [queue],
      bindings: [.init(queue: "", exchange: exchange, routingKey: "a.*")])
    let log = EventLog<AMQPEvent>()
    var configuration = try TestBroker.configuration()
    configuration.onEvent = { event, _ in log.add(event) }
    let consumer = AMQPConsumer(configuration: configuration, topology: topology, queue: "", prefetch: 10)
    let publisher = AMQPPublisher(configuration: try TestBroker.configuration())
    let sent = AMQPMessage(
      body: Array("hello".utf8),
      properties: AMQPProperties(
        contentType: "application/json", contentEncoding: "identity", type: "greeting", messageID: "m-1",
        correlationID: "c-1", replyTo: "elsewhere", userID: configuration.user, appID: "test",
        expiration: .seconds(60), priority: 3, persistent: true, timestamp: Date(timeIntervalSince1970: 1_700_000_000),
        headers: [
          "string": "é", "int": -5, "bool": true, "double": .double(0.25), "bytes": .bytes([0, 255]), "null": .null,
          "timestamp": .timestamp(Date(timeIntervalSince1970: 86_400)), "array": .array([1, "two", .array([])]),
          "table": .table(["inner": .table(["deep": 1]), "empty": .table([:])]),
        ]))
    try await WithAMQP.run(publisher, [consumer]) {
      try await log.first { if case .connected = $0 { true } else { false } }
      try await publisher.publish(sent, exchange: exchange, routingKey: "a.b")
      var deliveries = consumer.deliveries.makeAsyncIterator()
      let delivery = try #require(await deliveries.next())
      #expect(delivery.message == sent)
      #expect(delivery.exchange == exchange)
      #expect(delivery.routingKey == "a.b")
      #expect(!delivery.redelivered)
      #expect(delivery.deliveryCount == 0)
      await delivery.ack()

      try await publisher.publish(AMQPMessage(body: []), exchange: exchange, routingKey: "a.c")
      let empty = try #require(await deliveries.next())
      #expect(empty.message == AMQPMessage(body: []))
      await empty.ack()
    }
  }

  @Test(arguments: [1, 32_767, 32_768, 32_769, 131_064, 131_072, 1_000_000, 5_000_000])
  func carriesBodiesOfAnySize(size: Int) async throws {
    let queue = queue()
    let topology = AMQPTopology(queues: [queue])
    let publisher = AMQPPublisher(configuration: try TestBroker.configuration(), topology: topology)
    let consumer = AMQPConsumer(
      configuration: try TestBroker.configuration(), topology: topology, queue: queue.name, prefetch: 2)
    let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 / 251) }
    try await WithAMQP.run(publisher, [consumer]) {
      for _ in 0..<3 {
        try await publisher.publish(AMQPMessage(body: body), exchange: "", routingKey: queue.name)
        var deliveries = consumer.deliveries.makeAsyncIterator()
        let delivery = try #require(await deliveries.next())
        #expect(delivery.message.body == body)
        await delivery.ack()
      }
    }
  }

  @Test func failsWhereNoQueueTakesTheMessage() async throws {
    let queue = queue()
    let log = EventLog<AMQPEvent>()
    var configuration = try TestBroker.configuration()
    configuration.onEvent = { event, _ in log.add(event) }
    let publisher = AMQPPublisher(configuration: configuration, topology: AMQPTopology(queues: [queue]))
    try await WithAMQP.run(publisher) {
      // Many at once, so that each return must find its own publish.
      let outcomes = await withTaskGroup(of: (Int, AMQPError.Code?).self) { group in
        for number in 0..<200 {
          let key = number % 3 == 0 ? "nobody" : queue.name
          group.addTask {
            do throws(AMQPError) {
              let message = AMQPMessage(body: [UInt8(number % 2)])
              try await publisher.publish(message, exchange: "", routingKey: key)
              return (number, nil)
            } catch {
              return (number, error.code)
            }
          }
        }
        return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
      }
      for number in 0..<200 { #expect(outcomes[number] == (number % 3 == 0 ? .returned : nil), "\(number)") }
      try await publisher.publish(AMQPMessage(body: []), exchange: "", routingKey: "nobody", mandatory: false)
    }
    #expect(log.events.contains(.returned(exchange: "", routingKey: "nobody", reason: "312 NO_ROUTE")))
  }

  @Test func failsWhereTheQueueRefuses() async throws {
    let queue = queue(["x-max-length": 2, "x-overflow": "reject-publish"])
    let publisher = AMQPPublisher(
      configuration: try TestBroker.configuration(), topology: AMQPTopology(queues: [queue]))
    try await WithAMQP.run(publisher) {
      for _ in 0..<2 { try await publisher.publish(AMQPMessage(body: []), exchange: "", routingKey: queue.name) }
      let error = try await failure { () throws(AMQPError) in
        try await publisher.publish(AMQPMessage(body: []), exchange: "", routingKey: queue.name)
      }
      #expect(error.code == .nacked)
    }
  }

  @Test func saysWhatTheBrokerSaidWhenItClosesTheChannel() async throws {
    let queue = queue()
    let publisher = AMQPPublisher(
      configuration: try TestBroker.configuration(), topology: AMQPTopology(queues: [queue]))
    let missing = TestBroker.unique("missing")
    try await WithAMQP.run(publisher) {
      let error = try await failure { () throws(AMQPError) in
        try await publisher.publish(AMQPMessage(body: []), exchange: missing, routingKey: "")
      }
      #expect(error.code == .channelClosed)
      #expect(error.cause?.contains("404") == true)
      #expect(error.cause?.contains(missing) == true)
      // The channel is open again.
      try await publisher.publish(AMQPMessage(body: []), exchange: "", routingKey: queue.name)
      // The same for messages that nobody waits for.
      try await publisher.send(AMQPMessage(body: []), exchange: missing, routingKey: "")
      try await publisher.publish(AMQPMessage(body: []), exchange: "", routingKey: queue.name)
      #expect(publisher.isConnected)
    }
  }

  @Test func confirmsThousandsAtOnce() async throws {
    let queue = queue(["x-queue-type": "quorum"])
    let topology = AMQPTopology(queues: [queue])
    let publisher = AMQPPublisher(configuration: try TestBroker.configuration(), topology: topology)
    let consumer = AMQPConsumer(
      configuration: try TestBroker.configuration(), topology: topology, queue: queue.name, prefetch: 100)
    try await WithAMQP.run(publisher, [consumer]) {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<3000 {
          group.addTask {
            try await publisher.deliver(Array("\(number)".utf8), to: queue.name)
          }
        }
        try await group.waitForAll()
      }
      var seen: Set<String> = []
      for await delivery in consumer.deliveries {
        seen.insert(String(decoding: delivery.message.body, as: UTF8.self))
        await delivery.ack()
        if seen.count == 3000 { break }
      }
      #expect(seen == Set((0..<3000).map { "\($0)" }))
    }
  }
}
