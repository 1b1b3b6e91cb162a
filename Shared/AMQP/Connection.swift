internal import EventLoop

/// One connection on its own thread: connects, declares, reconnects, and moves bytes for its role.
actor Connection<Role: ConnectionRole> {
  nonisolated let loop: EventLoop
  nonisolated let status = ConnectionStatus()
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  let configuration: AMQPConfiguration
  let topology: AMQPTopology
  var role: Role
  var wire: Wire?
  var outbox = Outbox()
  /// The broker's reason while it holds us back.
  var blocked: String?
  /// Why there is no connection.
  var failure = AMQPError(.disconnected, "run() has not connected yet")
  var isStopping = false
  var isFlushScheduled = false
  var isWatchingForRoom = false
  /// Of those who wait for a connection.
  var arrivals: [Waiter] = []
  private var lastID: UInt64 = 0
  var lastDeclared = ContinuousClock.now
  private var heartbeat: TimerToken?
  /// Fired when the connection is lost, or (while stopping) when nothing waits for an answer any more.
  private var end = Waiter()

  init(_ configuration: AMQPConfiguration, _ topology: AMQPTopology, _ role: Role) {
    loop = EventLoop(name: configuration.name)
    self.configuration = configuration
    self.topology = topology
    self.role = role
  }

  // Every call holds the actor, so none is left on the loop when it goes.
  deinit { loop.stop() }

  /// Stays connected until the task is cancelled, then lets what is in flight be answered and closes.
  func run(drain: Duration) async {
    var backoff = Backoff()
    while !Task.isCancelled {
      end = Waiter()
      if await connect() {
        let start = ContinuousClock.now
        await end.waitUnlessCancelled()
        if start.duration(to: .now) > Backoff.longest { backoff.reset() }
      }
      if Task.isCancelled { break }
      let pause = Waiter()
      let timer = loop.timer(at: .now + backoff.next()) { pause.fire() }
      await pause.waitUnlessCancelled()
      loop.cancel(timer)
    }
    await stop(drain: drain)
  }

  /// Tries the hosts in random order.
  private func connect() async -> Bool {
    for endpoint in configuration.endpoints.shuffled() where !Task.isCancelled {
      do throws(AMQPError) {
        let wire = try await reach(endpoint)
        try open(wire)
        emit(.connected(host: endpoint.description))
        announceArrival()
        // What came in during the handshake, and what waited for the connection.
        receive()
        scheduleFlush()
        return true
      } catch {
        failure = error
        emit(.connectFailed(host: endpoint.description, error))
      }
    }
    return false
  }

  /// The library blocks while it connects and logs in: on a thread for that alone, so that calls end in time meanwhile.
  private func reach(_ endpoint: AMQPEndpoint) async throws(AMQPError) -> Wire {
    let thread = EventLoop(name: "amqp-connect")
    defer { thread.stop() }
    let configuration = configuration
    return try await withTaskExecutorPreference(thread) { () async throws(AMQPError) -> sending Wire in
      try await Wire.open(endpoint, configuration)
    }
  }

  private func open(_ wire: Wire) throws(AMQPError) {
    let queues = try wire.declare(topology)
    lastDeclared = .now
    for channel in Role.channels { try role.open(channel, on: wire, queues: queues) }
    self.wire = wire
    status.isConnected = true
    loop.watch(wire.descriptor, for: .read) { [weak self] readiness in
      self?.assumeIsolated { $0.ready(readiness) }
    }
    scheduleHeartbeat(wire)
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
    guard let wire else { return }
    detach(wire)
    failure = error
    role.lost(nil, error, on: loop)
    emit(.disconnected(error))
    end.fire()
  }

  private func detach(_ wire: Wire) {
    loop.unwatch(wire.descriptor)
    if let heartbeat { loop.cancel(heartbeat) }
    heartbeat = nil
    self.wire = nil
    status.isConnected = false
    blocked = nil
    isWatchingForRoom = false
    outbox.connectionLost()
  }

  private func stop(drain: Duration) async {
    isStopping = true
    failure = AMQPError(.disconnected, "run() has ended")
    announceArrival()
    if wire != nil, !role.isIdle {
      end = Waiter()
      let end = end
      let timer = loop.timer(at: .now + drain) { end.fire() }
      await end.wait()
      loop.cancel(timer)
    }
    flush()
    if let wire {
      detach(wire)
      wire.close()
    }
    role.stop(failure, on: loop)
  }

  /// Ends the wait of `stop` once everything is answered.
  func noteProgress() {
    if isStopping, role.isIdle { end.fire() }
  }

  func nextID() -> UInt64 {
    lastID += 1
    return lastID
  }

  func emit(_ event: AMQPEvent) { configuration.onEvent?(event) }
}
