internal import EventLoop

extension Connection {
  /// Frames handled before other work on the thread gets its turn.
  private static var round: Int { 512 }

  /// Handles what has arrived.
  func receive() {
    do throws(AMQPError) {
      for _ in 0..<Self.round {
        guard let wire, let incoming = try wire.next() else { return noteProgress() }
        try handle(incoming)
      }
      scheduleReceive()
    } catch {
      lose(error)
    }
  }

  /// For what sits in the library's buffers, of which the socket knows nothing.
  func scheduleReceive() {
    loop.timer(at: .now) { [weak self] in self?.assumeIsolated { $0.receive() } }
  }

  private func handle(_ incoming: Incoming) throws(AMQPError) {
    switch incoming {
    case .delivery, .confirmed:
      role.receive(incoming, from: self)
    case .returned(let returned, _, _):
      emit(
        .returned(exchange: returned.exchange, routingKey: returned.routingKey, reason: returned.reason))
      role.receive(incoming, from: self)
      declareAgain()
    case .consumerCancelled:
      emit(.consumerCancelled(queue: role.queue))
      mend(role.resuming)
    case .channelClosed(let channel, let error):
      outbox.abandonPartial(on: channel)
      role.lost(channel, error, on: loop)
      emit(.channelClosed(error))
      // Perhaps something that was declared is gone.
      mend(role.opening(channel))
    case .connectionClosed(let error):
      throw error
    case .blocked(let reason):
      blocked = reason
      emit(.blocked(reason: reason))
    case .unblocked:
      blocked = nil
      emit(.unblocked)
      scheduleFlush()
    }
  }

  /// A queue of ours that somebody deleted is put back, at most once a second, so that the next try finds it.
  private func declareAgain() {
    // A broker that holds us back would not answer.
    guard blocked == nil, lastDeclared.duration(to: .now) > .seconds(1) else { return }
    lastDeclared = .now
    mend { _, _ in }
  }
}
