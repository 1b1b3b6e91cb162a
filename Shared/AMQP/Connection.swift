internal import EventLoop

/// One connection on one thread: connects, declares, reconnects, and moves bytes for its role.
actor Connection<Role: ConnectionRole> {
  nonisolated let loop: EventLoop
  private nonisolated let ownLoop: EventLoop?
  /// Whether the broker has let us in, and is not known to be gone.
  nonisolated let connected = SharedFlag()
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  let configuration: AMQPConfiguration
  let topology: AMQPTopology
  var role: Role
  /// nil while there is no connection, and while it is lent.
  var wire: Wire?
  /// Whether the wire, or the one that is being made, is where the broker's answers are waited for; `Connection+Asking`.
  var isLent = false
  var questions: [Question] = []
  var outbox = Outbox()
  /// The broker's reason while it holds us back.
  var blocked: String?
  /// Why there is no connection.
  var failure = AMQPError(.disconnected, "run() has not connected yet")
  var isStopping = false
  var isFlushScheduled = false
  var isWatchingForRoom = false
  /// Of those who wait for a connection.
  var arrivals: [Alarm] = []
  private var lastID: UInt64 = 0
  var lastDeclared = ContinuousClock.now
  private var heartbeat: TimerToken?
  /// Rings when the connection is lost, or (while stopping) when nothing waits for an answer any more.
  private var end = Alarm()

  init(_ configuration: AMQPConfiguration, _ topology: AMQPTopology, _ role: Role) {
    let own = configuration.loop == nil ? EventLoop(name: configuration.name) : nil
    ownLoop = own
    loop = configuration.loop ?? own!
    self.configuration = configuration
    self.topology = topology
    self.role = role
  }

  // Every call holds the actor, so none is left on the loop when it goes.
  deinit { ownLoop?.stop() }

  /// Stays connected until the task is cancelled, then lets what is in flight be answered and closes.
  func run(drain: Duration) async {
    var backoff = Backoff()
    while !Task.isCancelled {
      end = Alarm()
      if await connect() {
        let start = ContinuousClock.now
        await end.waitUnlessCancelled()
        if start.duration(to: .now) > Backoff.longest { backoff.reset() }
      }
      if Task.isCancelled { break }
      await Alarm().waitUnlessCancelled(until: .now + backoff.next())
    }
    await stop(drain: drain)
  }

  /// Tries the hosts in random order.
  private func connect() async -> Bool {
    for endpoint in configuration.endpoints.shuffled() where !Task.isCancelled {
      do throws(AMQPError) {
        let wire = try await reach(endpoint)
        connected.value = true
        emit(.connected(host: endpoint.description))
        announceArrival()
        takeBack(wire)
        return true
      } catch {
        fail(error)
        emit(.connectFailed(host: endpoint.description, error))
      }
    }
    return false
  }

  /// Connects, logs in, declares, and opens the role's channels. As if the wire was lent already: what is asked meanwhile
  /// waits for it.
  private func reach(_ endpoint: AMQPEndpoint) async throws(AMQPError) -> Wire {
    isLent = true
    lastDeclared = .now
    let setups = Role.channels.map { role.opening($0) }
    let (configuration, topology) = (configuration, topology)
    let outcome = await Self.aside {
      Result { () throws(AMQPError) in
        let wire = try Wire.open(endpoint, configuration)
        let queues = try wire.declare(topology)
        for setup in setups { try setup(wire, queues) }
        return LentWire(wire: wire)
      }
    }
    return try outcome.get().wire
  }

  /// The wire is back on the loop.
  func takeBack(_ wire: Wire) {
    isLent = false
    self.wire = wire
    loop.watch(wire.descriptor, for: .read) { [weak self] readiness in
      self?.assumeIsolated { $0.ready(readiness) }
    }
    scheduleHeartbeat(wire)
    // What came in meanwhile is in the library's own queue, of which the socket says nothing.
    receive()
    // What waited for the wire, before it is away again.
    flush()
    lend()
  }

  private func ready(_ readiness: Readiness) {
    if readiness != .write { receive() }
    if readiness.contains(.write) { flush() }
  }

  /// The library sends heartbeats, and notices missing ones, only when it is asked for frames.
  private func scheduleHeartbeat(_ wire: Wire) {
    guard wire.heartbeat > 0 else { return }
    heartbeat = loop.timer(at: .now + .seconds(wire.heartbeat) / 2) { [weak self] in
      self?.assumeIsolated { connection in
        connection.receive()
        if let wire = connection.wire { connection.scheduleHeartbeat(wire) }
      }
    }
  }

  /// Gives the connection up; everything in flight fails.
  func lose(_ error: AMQPError) {
    guard wire != nil else { return }
    _ = giveAway()
    wireIsGone(error)
  }

  /// Takes the wire from the loop; nil where it is not there.
  func giveAway() -> LentWire? {
    guard let wire else { return nil }
    loop.unwatch(wire.descriptor)
    if let heartbeat { loop.cancel(heartbeat) }
    heartbeat = nil
    isWatchingForRoom = false
    self.wire = nil
    return LentWire(wire: wire)
  }

  func wireIsGone(_ error: AMQPError) {
    fail(error)
    emit(.disconnected(error))
    end.ring()
  }

  /// There is no connection, or none any more.
  private func fail(_ error: AMQPError) {
    isLent = false
    failure = error
    forget()
    role.lost(nil, error, on: loop)
  }

  private func forget() {
    connected.value = false
    blocked = nil
    outbox.connectionLost()
    let dropped = questions
    questions = []
    for question in dropped { question.done(notConnected) }
  }

  var notConnected: AMQPError { AMQPError(.disconnected, "not connected", cause: failure.description) }

  private func stop(drain: Duration) async {
    isStopping = true
    failure = AMQPError(.disconnected, "run() has ended")
    announceArrival()
    if connected.value, !role.isIdle {
      end = Alarm()
      await end.wait(until: .now + drain)
    }
    while isLent { await withCheckedContinuation { done in enqueue(Question({ _ in }) { _ in done.resume() }) } }
    flush()
    if let lent = giveAway() {
      forget()
      await Self.aside { lent.wire.close() }
    }
    role.stop(failure, on: loop)
  }

  /// Ends the wait of `stop` once everything is answered.
  func noteProgress() {
    if isStopping, role.isIdle { end.ring() }
  }

  func nextID() -> UInt64 {
    lastID += 1
    return lastID
  }

  func emit(_ event: AMQPEvent) { configuration.onEvent?(event, configuration.name) }
}
