import Testing

@testable import AMQP

/// What a connection does while there is no broker.
@Suite(.timeLimit(.minutes(15))) struct ConnectionTests {
  private func connection(
    _ onEvent: (@Sendable (AMQPEvent) -> Void)? = nil
  ) throws -> Connection<PublishRole> {
    // Nothing listens on port 1.
    var configuration = try AMQPConfiguration(url: "amqp://127.0.0.1:1", name: "test")
    configuration.onEvent = { event, _ in onEvent?(event) }
    return Connection(configuration, AMQPTopology(), PublishRole())
  }

  private func call(_ connection: Connection<PublishRole>) async -> AMQPError? {
    let outcome = await connection.call(
      AMQPMessage(body: [1]), exchange: "", routingKey: "", mandatory: true, timeout: .milliseconds(20))
    return if case .failure(let error) = outcome { error } else { nil }
  }

  @Test func keepsNothingOfACallThatTimedOut() async throws {
    let connection = try connection()
    let errors = await withTaskGroup(of: AMQPError?.self) { group in
      for _ in 0..<100 { group.addTask { await call(connection) } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(errors.allSatisfy { $0?.code == .disconnected && $0?.outcomeUnknown == false })
    #expect(await connection.outbox.isEmpty)
    #expect(await connection.role.isIdle)
  }

  @Test func saysWhyThereIsNoConnection() async throws {
    let log = AsyncStream<AMQPEvent>.makeStream()
    let connection = try connection { log.continuation.yield($0) }
    let run = Task { await connection.run(drain: .zero) }
    var events = log.stream.makeAsyncIterator()
    guard case .connectFailed("127.0.0.1:1", let error) = await events.next() else {
      Issue.record("no failure was reported")
      return
    }
    #expect(error.code == .connect)
    #expect(await call(connection)?.cause?.contains("127.0.0.1:1") == true)
    run.cancel()
    await run.value
    #expect(await call(connection)?.message == "run() has ended")
  }

  @Test func whoWaitsForAConnectionIsWokenByItsEnd() async throws {
    let connection = try connection()
    let waiting = Task { await connection.waitUntilConnected(atMost: .seconds(3600)) }
    let cancelled = Task { await connection.waitUntilConnected(atMost: .seconds(3600)) }
    while await connection.arrivals.count < 2 { await Task.yield() }
    cancelled.cancel()
    await cancelled.value
    #expect(await connection.arrivals.count == 1)
    let run = Task { await connection.run(drain: .zero) }
    run.cancel()
    await run.value
    await waiting.value
    // None will come any more: nobody waits.
    await connection.waitUntilConnected(atMost: .seconds(3600))
    #expect(await connection.arrivals.isEmpty)
  }

  @Test func goesAwayWhenItIsNoLongerUsed() async throws {
    weak var gone: Connection<PublishRole>?
    do {
      let connection = try connection()
      gone = connection
      let run = Task { await connection.run(drain: .zero) }
      _ = await call(connection)
      run.cancel()
      await run.value
    }
    while gone != nil { await Task.yield() }
  }
}
