import AMQP
import Testing

@Suite(.timeLimit(.minutes(20))) struct AMQPConnectTests {
  /// Why a publisher of this configuration cannot connect.
  private func refusal(_ configuration: AMQPConfiguration, _ topology: AMQPTopology = .init()) async throws -> AMQPError
  {
    let log = EventLog<AMQPEvent>()
    var configuration = configuration
    configuration.onEvent = { event, _ in log.add(event) }
    let publisher = AMQPPublisher(configuration: configuration, topology: topology)
    return try await WithAMQP.run(publisher) {
      try #require(try await log.first { $0.connectFailure != nil || $0.isConnected }.connectFailure)
    }
  }

  @Test func findsTheHostThatAnswers() async throws {
    let dead = try TestBroker.proxy()
    await dead.refuse(true)
    await dead.start()
    var configuration = try TestBroker.configuration()
    // One refuses, one hangs up at once.
    configuration.endpoints += [
      AMQPEndpoint(host: "127.0.0.1", port: 1), AMQPEndpoint(host: "127.0.0.1", port: dead.port),
    ]
    for _ in 0..<5 {
      let publisher = AMQPPublisher(configuration: configuration)
      try await WithAMQP.run(publisher) {
        try await publisher.publish(AMQPMessage(body: []), exchange: "", routingKey: "nobody", mandatory: false)
      }
    }
    await dead.stop()
  }

  @Test func givesUpAHostThatDoesNotAnswerTheHandshake() async throws {
    // Listens, but nobody accepts.
    let silent = try TestBroker.proxy()
    var configuration = try TestBroker.configuration(through: silent)
    configuration.connectTimeout = .milliseconds(200)
    #expect(try await refusal(configuration).code == .connect)
    // Meanwhile a publish ends in time.
    configuration.connectTimeout = .seconds(600)
    let publisher = AMQPPublisher(configuration: configuration)
    let run = Task { await publisher.run() }
    let error = try await failure { () throws(AMQPError) in
      try await publisher.publish(AMQPMessage(body: []), exchange: "", routingKey: "", timeout: .milliseconds(100))
    }
    #expect(error.code == .disconnected)
    run.cancel()
    await silent.stop()
    await run.value
  }

  @Test func saysThatTheUserIsRefused() async throws {
    var configuration = try TestBroker.configuration()
    configuration.password = "not-the-password"
    let error = try await refusal(configuration)
    #expect(error.code == .accessRefused)
    #expect(error.cause?.contains("403") == true)
    #expect(!error.description.contains("not-the-password"))
  }

  @Test func saysThatTheVirtualHostIsRefused() async throws {
    var configuration = try TestBroker.configuration()
    configuration.virtualHost = TestBroker.unique("nowhere")
    #expect(try await refusal(configuration).code == .accessRefused)
  }

  @Test func saysWhichPartOfTheTopologyIsRefused() async throws {
    let name = TestBroker.unique("queue")
    let queue = AMQPTopology.Queue(name: name, arguments: ["x-expires": 600_000])
    let publisher = AMQPPublisher(
      configuration: try TestBroker.configuration(), topology: AMQPTopology(queues: [queue]))
    try await WithAMQP.run(publisher) {
      try await publisher.publish(AMQPMessage(body: []), exchange: "", routingKey: name)
    }
    var other = queue
    other.arguments = ["x-expires": 500_000]
    let error = try await refusal(try TestBroker.configuration(), AMQPTopology(queues: [other]))
    #expect(error.code == .topology)
    #expect(error.message.contains(name))
    #expect(error.cause?.contains("406") == true)
  }

  @Test func checksTheServersCertificate() async throws {
    let tls = try await TLSProxy.start(before: try #require(TestBroker.configuration().endpoints.first))
    var configuration = try TestBroker.configuration()
    configuration.endpoints = [AMQPEndpoint(host: "localhost", port: tls.port)]
    configuration.tls = AMQPTLS()
    #expect(try await refusal(configuration).code == .tls, "an authority that the system does not know")
    configuration.tls = AMQPTLS(authorities: tls.authorities)
    try await expectPublish(configuration)
    configuration.endpoints = [AMQPEndpoint(host: "127.0.0.1", port: tls.port)]
    #expect(try await refusal(configuration).code == .tls, "a name that is not in the certificate")
    configuration.tls = AMQPTLS(verify: false)
    try await expectPublish(configuration)
    try await tls.stop()
  }

  private func expectPublish(_ configuration: AMQPConfiguration) async throws {
    let queue = AMQPTopology.Queue(name: TestBroker.unique("queue"), durable: false, autoDelete: true)
    let topology = AMQPTopology(queues: [queue])
    let publisher = AMQPPublisher(configuration: configuration, topology: topology)
    let consumer = AMQPConsumer(configuration: configuration, topology: topology, queue: queue.name, prefetch: 1)
    let body = [UInt8](repeating: 9, count: 300_000)
    try await WithAMQP.run(publisher, [consumer]) {
      try await publisher.publish(AMQPMessage(body: body), exchange: "", routingKey: queue.name)
      var deliveries = consumer.deliveries.makeAsyncIterator()
      let delivery = try #require(await deliveries.next())
      #expect(delivery.message.body == body)
      await delivery.ack()
    }
  }
}
