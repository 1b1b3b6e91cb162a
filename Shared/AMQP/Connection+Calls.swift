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
        AMQPError.heldBack(blocked, outcomeUnknown: isSent)
      } else if !connected.value {
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
    guard connected.value, !isStopping else { throw notConnected }
    if let blocked { throw AMQPError.heldBack(blocked) }
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
    guard !connected.value, !isStopping else { return }
    let arrival = Alarm()
    arrivals.append(arrival)
    await arrival.waitUnlessCancelled(until: .now + limit)
    arrivals.removeAll { $0 === arrival }
  }

  /// Wakes those who wait for a connection.
  func announceArrival() {
    for arrival in arrivals { arrival.ring() }
  }
}

extension Connection where Role == ConsumeRole {
  /// Brings the settlements that were left to this thread to the broker.
  func flushSettlements() {
    if !connected.value { _ = role.settlements.takeAll() }
    scheduleFlush()
  }

  /// Returns when the broker has cancelled the consumer, and what it had sent by then is handed out.
  func pause() async { await setPaused(true) }

  func resume() async { await setPaused(false) }

  private func setPaused(_ paused: Bool) async {
    await withCheckedContinuation { continuation in
      let isNews = role.setPaused(paused)
      // A connection that is being made may have looked before; nobody waits for it.
      let isWaiting = connected.value
      // Where it is no news, what was asked then may not be answered yet.
      guard isNews || isLent else { return continuation.resume() }
      let body = paused ? role.pausing : afterDeclaring(role.resuming)
      enqueue(Question(body) { _ in if isWaiting { continuation.resume() } })
      if !isWaiting { continuation.resume() }
    }
  }
}
