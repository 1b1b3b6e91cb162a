internal import EventLoop

extension Connection {
  /// Flushes at the end of this turn of the loop, so that what its jobs add leaves together.
  func scheduleFlush() {
    guard !isFlushScheduled, wire != nil else { return }
    isFlushScheduled = true
    loop.timer(at: .now) { [weak self] in
      self?.assumeIsolated { connection in
        connection.isFlushScheduled = false
        connection.flush()
      }
    }
  }

  /// Writes what waits, as far as the socket has room; the rest follows when it has.
  func flush() {
    guard let wire else { return }
    do throws(AMQPError) {
      wire.cork()
      defer { wire.uncork() }
      watchForRoom(try !write(to: wire))
      if wire.hasBuffered { scheduleReceive() }
    } catch {
      lose(error)
    }
  }

  /// Whether everything that may leave has left.
  private func write(to wire: Wire) throws(AMQPError) -> Bool {
    guard try role.settle(on: wire) else { return false }
    while true {
      if let (entry, written) = outbox.partial {
        guard wire.hasRoom() else { return false }
        outbox.advance(by: try wire.sendBody(of: entry, from: written))
      } else if blocked != nil || outbox.isEmpty {
        return true
      } else if !wire.hasRoom() {
        return false
      } else if let entry = outbox.next(), case .send(let sequence) = role.depart(entry) {
        try wire.sendHead(of: entry, sequence: sequence)
        outbox.begin(entry)
      }
    }
  }

  private func watchForRoom(_ watch: Bool) {
    guard let wire, watch != isWatchingForRoom else { return }
    isWatchingForRoom = watch
    loop.change(wire.descriptor, to: watch ? [.read, .write] : .read)
  }
}
