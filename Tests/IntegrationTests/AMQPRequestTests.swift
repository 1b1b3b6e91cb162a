import AMQP
import Testing

@Suite(.timeLimit(.minutes(20))) struct AMQPRequestTests {
  private let queue = AMQPTopology.Queue(name: TestBroker.unique("requests"), durable: false, autoDelete: true)

  private func consumer() throws -> AMQPConsumer {
    AMQPConsumer(
      configuration: try TestBroker.configuration(), topology: AMQPTopology(queues: [queue]), queue: queue.name,
      prefetch: 200)
  }

  private func requester() throws -> AMQPRequester {
    AMQPRequester(configuration: try TestBroker.configuration(), topology: AMQPTopology(queues: [queue]))
  }

  /// Answers every request with its own body.
  private func echo(_ consumer: AMQPConsumer, by publisher: AMQPPublisher) async throws {
    for await delivery in consumer.deliveries {
      let reply = AMQPMessage(
        body: delivery.message.body,
        properties: AMQPProperties(correlationID: delivery.message.properties.correlationID, persistent: false))
      try await publisher.send(reply, exchange: "", routingKey: try #require(delivery.message.properties.replyTo))
      await delivery.ack()
    }
  }

  @Test func findsEachReplysRequest() async throws {
    let (consumer, requester) = (try consumer(), try requester())
    let publisher = AMQPPublisher(
      configuration: try TestBroker.configuration(), topology: AMQPTopology(queues: [queue]))
    try await WithAMQP.run(publisher, [consumer], requester) {
      // Replies need a connection.
      try await publisher.publish(AMQPMessage(body: []), exchange: "", routingKey: "nobody", mandatory: false)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await echo(consumer, by: publisher) }
        try await withThrowingTaskGroup(of: Void.self) { calls in
          for number in 0..<500 {
            calls.addTask {
              let body = Array("\(number)".utf8)
              let reply = try await requester.request(
                AMQPMessage(body: body, properties: AMQPProperties(persistent: false)), exchange: "",
                routingKey: queue.name, timeout: .seconds(300))
              #expect(reply.body == body)
            }
          }
          try await calls.waitForAll()
        }
        group.cancelAll()
      }
    }
  }

  @Test func failsAtOnceWhereNobodyHasTheQueue() async throws {
    let requester = try requester()
    try await WithAMQP.run(nil, [], requester) {
      let error = try await failure { () throws(AMQPError) in
        try await requester.request(
          AMQPMessage(body: []), exchange: "", routingKey: "nobody", timeout: .seconds(300))
      }
      #expect(error.code == .returned)
    }
  }

  @Test func givesUpAtTheTimeoutAndIgnoresTheLateReply() async throws {
    let (consumer, requester) = (try consumer(), try requester())
    let publisher = AMQPPublisher(configuration: try TestBroker.configuration())
    try await WithAMQP.run(publisher, [consumer], requester) {
      try await publisher.publish(AMQPMessage(body: []), exchange: "", routingKey: "nobody", mandatory: false)
      // The time is to pass between the request and its answer alone.
      try await until { requester.isConnected && consumer.isConnected }
      var deliveries = consumer.deliveries.makeAsyncIterator()
      let late = try await failure { () throws(AMQPError) in
        try await requester.request(
          AMQPMessage(body: [1]), exchange: "", routingKey: queue.name, timeout: .milliseconds(300))
      }
      #expect(late.code == .timedOut)
      #expect(late.outcomeUnknown)
      let first = try #require(await deliveries.next())
      #expect(first.message.properties.expiration == .milliseconds(300))
      func answer(_ delivery: AMQPDelivery) async throws {
        let properties = delivery.message.properties
        try await publisher.send(
          AMQPMessage(body: delivery.message.body, properties: AMQPProperties(correlationID: properties.correlationID)),
          exchange: "", routingKey: try #require(properties.replyTo))
        await delivery.ack()
      }
      try await answer(first)
      async let reply = requester.request(
        AMQPMessage(body: [2]), exchange: "", routingKey: queue.name, timeout: .seconds(300))
      try await answer(try #require(await deliveries.next()))
      #expect(try await reply.body == [2])
    }
  }

  @Test func failsEveryCallInFlightWhenTheConnectionIsLost() async throws {
    let proxy = try TestBroker.proxy()
    await proxy.start()
    let consumer = try consumer()
    let requester = AMQPRequester(
      configuration: try TestBroker.configuration(through: proxy), topology: AMQPTopology(queues: [queue]))
    try await WithAMQP.run(nil, [consumer], requester) {
      let codes = try await withThrowingTaskGroup(of: AMQPError.self) { group in
        for _ in 0..<50 {
          group.addTask {
            try await failure { () throws(AMQPError) in
              try await requester.request(
                AMQPMessage(body: []), exchange: "", routingKey: queue.name, timeout: .seconds(300))
            }
          }
        }
        var deliveries = consumer.deliveries.makeAsyncIterator()
        for _ in 0..<50 { _ = await deliveries.next() }
        await proxy.drop()
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(codes.count == 50)
      #expect(codes.allSatisfy { $0.code == .disconnected && $0.outcomeUnknown })
    }
    await proxy.stop()
  }
}
