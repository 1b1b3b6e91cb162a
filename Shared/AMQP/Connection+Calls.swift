internal import EventLoop

extension Connection where Role: CallingRole {
  /// Sends a message and answers what came of it; ends at `timeout` at the latest.
  func call(
    _ message: AMQPMessage, exchange: String, routingKey: String, mandatory: Bool, timeout: Duration
  ) async -> Calls<Role.Answer>.Outcome {
    await withCheckedContinuation { continuation in
      // Asked here, where nothing comes in between any more: see `EventLoop.enqueue`.
      guard !isStopping else { return continuation.resume(returning: .failure(failure)) }
      let id = nextID()
      let timer = loop.timer(at: .now + timeout) { [weak self] in self?.assumeIsolated { $0.expire(id) } }
      role.calls.add(id, continuation, timer: timer)
      outbox.append(
        Outbox.Entry(
          id: id, channel: Role.callChannel, exchange: exchange, routingKey: routingKey, mandatory: mandatory,
          isAwaited: true, message: role.prepare(message, id: id, timeout: timeout)))
      scheduleFlush()
    }
  }

  private func expire(_ id: UInt64) {
    let isSent = role.calls.isSent(id)
    let error =
      if let blocked {
        AMQPError(.blocked, "the broker holds publishers back", cause: blocked, outcomeUnknown: isSent)
      } else if wire == nil {
        AMQPError(.disconnected, "no connection in time", cause: failure.description)
      } else {
        AMQPError(.timedOut, "the broker did not answer in time", outcomeUnknown: isSent)
      }
    role.calls.finish(id, .failure(error), on: loop)
    outbox.remove(id)
    noteProgress()
  }
}

extension Connection where Role == PublishRole {
  /// Sends a message without waiting for anything but a connection.
  func send(
    _ message: AMQPMessage, exchange: String, routingKey: String, waitingAtMost limit: Duration
  ) async throws(AMQPError) {
    if limit > .zero { await waitUntilConnected(atMost: limit) }
    guard wire != nil, !isStopping else { throw AMQPError(.disconnected, "not connected", cause: failure.description) }
    if let blocked { throw AMQPError(.blocked, "the broker holds publishers back", cause: blocked) }
    outbox.append(
      Outbox.Entry(
        id: nextID(), channel: Role.plainChannel, exchange: exchange, routingKey: routingKey, mandatory: false,
        isAwaited: false, message: message))
    scheduleFlush()
  }
}

extension Connection {
  /// Returns when there is a connection, or there will be none, the time is up or the task is cancelled.
  func waitUntilConnected(atMost limit: Duration) async {
    guard wire == nil, !isStopping else { return }
    let waiter = Waiter()
    arrivals.append(waiter)
    let timer = loop.timer(at: .now + limit) { waiter.fire() }
    await waiter.waitUnlessCancelled()
    loop.cancel(timer)
    arrivals.removeAll { $0 === waiter }
  }

  /// Wakes those who wait for a connection.
  func announceArrival() {
    for waiter in arrivals { waiter.fire() }
  }
}

extension Connection where Role == ConsumeRole {
  /// Brings the settlements that were left to this thread to the broker.
  func flushSettlements() {
    if wire == nil { _ = role.settlements.takeAll() }
    scheduleFlush()
  }

  func pause() {
    do throws(AMQPError) {
      try role.pause(on: wire)
      receive()
    } catch {
      lose(error)
    }
  }

  func resume() {
    guard role.unpause(), let wire else { return }
    do throws(AMQPError) {
      try role.resume(on: wire, queues: wire.declare(topology))
      receive()
    } catch {
      lose(error)
    }
  }
}
