import AMQP
import EventLoop
import Testing

@Suite(.timeLimit(.minutes(20))) struct AMQPReconnectTests {
  let queue = TestBroker.unique("queue")

  var topology: AMQPTopology { AMQPTopology(queues: [.init(name: queue, arguments: ["x-expires": 600_000])]) }

  /// A publisher behind a proxy, connected.
  func withProxy(
    loop: EventLoop? = nil,
    _ body: @Sendable (AMQPPublisher, TCPProxy, EventLog<AMQPEvent>) async throws -> Void
  ) async throws {
    let proxy = try TestBroker.proxy()
    await proxy.start()
    let (own, log) = try TestBroker.logged(through: proxy)
    var configuration = own
    configuration.loop = loop
    let publisher = AMQPPublisher(configuration: configuration, topology: topology)
    try await WithAMQP.run(publisher) {
      try await log.first { $0.isConnected }
      try await body(publisher, proxy, log)
    }
    await proxy.stop()
  }

  func publish(_ publisher: AMQPPublisher, size: Int = 1, timeout: Duration = .seconds(300)) async -> AMQPError? {
    do throws(AMQPError) {
      let message = AMQPMessage(body: [UInt8](repeating: 1, count: size))
      try await publisher.publish(message, exchange: "", routingKey: queue, timeout: timeout)
      return nil
    } catch {
      return error
    }
  }

  /// Returns once there is a message in the queue, as another connection sees it.
  private func hasArrived() async throws {
    let other = AMQPPublisher(configuration: try TestBroker.configuration())
    try await WithAMQP.run(other) {
      try await until { other.isConnected }
      try await until { try await other.state(of: queue)?.messages ?? 0 > 0 }
    }
  }

  @Test func failsWhatIsInFlightWhenTheConnectionIsLost() async throws {
    try await withProxy { publisher, proxy, log in
      await proxy.mute()
      async let lost = publish(publisher)
      try await hasArrived()
      await proxy.drop()
      let error = await lost
      #expect(error?.code == .disconnected)
      #expect(error?.outcomeUnknown == true)
      await proxy.resume()
      #expect(await publish(publisher) == nil)
    }
  }

  @Test func saysThatTheOutcomeIsUnknownAtTheTimeout() async throws {
    try await withProxy { publisher, proxy, _ in
      await proxy.pause()
      let error = await publish(publisher, timeout: .milliseconds(200))
      #expect(error?.code == .timedOut)
      #expect(error?.outcomeUnknown == true)
      await proxy.resume()
      #expect(await publish(publisher) == nil)
    }
  }

  /// A full socket must not hold up the thread, and with it the timers.
  @Test func timesOutThoughTheSocketIsFull() async throws {
    try await withProxy { publisher, proxy, log in
      await proxy.pause()
      let codes = await withTaskGroup(of: AMQPError?.self) { group in
        for _ in 0..<50 {
          group.addTask { await publish(publisher, size: 1_000_000, timeout: .milliseconds(500)) }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(codes.allSatisfy { $0?.code == .timedOut })
      #expect(codes.contains { $0?.outcomeUnknown == true })
      #expect(codes.contains { $0?.outcomeUnknown == false })
      await proxy.resume()
      #expect(await publish(publisher, size: 1_000_000) == nil)
      #expect(!log.events.contains { $0.isDisconnected })
    }
  }

  @Test func waitsForAConnection() async throws {
    try await withProxy { publisher, proxy, log in
      await proxy.refuse(true)
      await proxy.drop()
      try await log.first { $0.connectFailure != nil }
      #expect(!publisher.isConnected)
      let sent = try await failure { () throws(AMQPError) in
        try await publisher.send(AMQPMessage(body: []), exchange: "", routingKey: queue)
      }
      #expect(sent.code == .disconnected)
      let late = await publish(publisher, timeout: .milliseconds(100))
      #expect(late?.code == .disconnected)
      #expect(late?.outcomeUnknown == false)
      async let waiting = publish(publisher)
      async let sending: Void = publisher.send(
        AMQPMessage(body: []), exchange: "", routingKey: queue, timeout: .seconds(300))
      await proxy.refuse(false)
      #expect(await waiting == nil)
      try await sending
      #expect(publisher.isConnected)
    }
  }

  @Test func saysThatTheBrokerHoldsPublishersBack() async throws {
    try await withProxy { publisher, proxy, log in
      // connection.blocked "low", then connection.unblocked, as the broker would say them.
      await proxy.inject([1, 0, 0, 0, 0, 0, 8, 0, 10, 0, 60, 3] + Array("low".utf8) + [0xCE])
      try await log.first { $0 == .blocked(reason: "low") }
      let error = await publish(publisher, timeout: .milliseconds(100))
      #expect(error?.code == .blocked)
      #expect(error?.outcomeUnknown == false)
      let sent = try await failure { () throws(AMQPError) in
        try await publisher.send(AMQPMessage(body: []), exchange: "", routingKey: queue)
      }
      #expect(sent.code == .blocked)
      async let waiting = publish(publisher)
      await proxy.inject([1, 0, 0, 0, 0, 0, 4, 0, 10, 0, 61, 0xCE])
      #expect(await waiting == nil)
      #expect(log.events.contains(.unblocked))
    }
  }

  @Test func putsADeletedQueueBack() async throws {
    let publisher = AMQPPublisher(configuration: try TestBroker.configuration(), topology: topology)
    try await WithAMQP.run(publisher) {
      #expect(await publish(publisher) == nil)
      try await TestBroker.delete(queue: queue)
      #expect(await publish(publisher)?.code == .returned)
      // A return makes the publisher declare its topology, but not more often than once a second.
      var code: AMQPError.Code?
      repeat { code = await publish(publisher)?.code } while code == .returned
      #expect(code == nil)
    }
  }

  @Test func waitsForConfirmsWhenItsRunEnds() async throws {
    let proxy = try TestBroker.proxy()
    await proxy.start()
    let (configuration, log) = try TestBroker.logged(through: proxy)
    let publisher = AMQPPublisher(configuration: configuration, topology: topology)
    let run = Task { await publisher.run(drain: .seconds(300)) }
    try await log.first { $0.isConnected }
    await proxy.mute()
    async let held = publish(publisher)
    try await hasArrived()
    run.cancel()
    var code: AMQPError.Code?
    repeat { code = await publish(publisher, timeout: .milliseconds(50))?.code } while code == .timedOut
    #expect(code == .disconnected, "what comes after the end is refused")
    await proxy.resume()
    #expect(await held == nil)
    await run.value
    #expect(!publisher.isConnected)
    await proxy.stop()
  }
}
