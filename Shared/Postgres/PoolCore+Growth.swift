internal import EventLoop

/// Connections that come and go.
extension PoolCore {
  /// Opens connections for those who wait; one at a time while the server cannot be reached.
  func grow() {
    guard !isClosed, retry == nil, case .success(let parameters) = parameters else { return }
    let limit = backoff.failures > 0 ? 1 : waiters.count
    while connecting.count < min(limit, waiters.count), members.count < configuration.maxConnections {
      let connection = PostgresConnection(parameters: parameters, loop: loop) { [self] connection, signal in
        assumeIsolated { $0.received(signal, from: connection) }
      }
      members[ObjectIdentifier(connection)] = connection
      connecting.insert(ObjectIdentifier(connection))
      connection.assumeIsolated { $0.start() }
      // A start may fail at once, and then waits for its next turn.
      if retry != nil { return }
    }
  }

  private func received(_ signal: PostgresConnection.Signal, from connection: PostgresConnection) {
    switch signal {
    case .ready(let host):
      connecting.remove(ObjectIdentifier(connection))
      backoff.succeeded()
      lastFailure = nil
      configuration.onEvent?(.connected(host: host))
      offer(connection)
      grow()
    case .closed(let error):
      members[ObjectIdentifier(connection)] = nil
      let wasConnecting = connecting.remove(ObjectIdentifier(connection)) != nil
      closed(connection, error, wasConnecting: wasConnecting)
    case .notification:
      // Only a session that someone told to LISTEN gets these; the pool's listener has its own.
      break
    }
  }

  private func closed(_ connection: PostgresConnection, _ error: PostgresError, wasConnecting: Bool) {
    guard !isClosed else {
      guard members.isEmpty else { return }
      for closer in closers { closer.resume() }
      closers = []
      return
    }
    idle.removeAll { $0.connection === connection }
    guard wasConnecting else {
      configuration.onEvent?(.disconnected(error))
      return grow()
    }
    lastFailure = error
    configuration.onEvent?(.connectFailed(error))
    guard retry == nil else { return }
    retry = loop.timer(at: .now + backoff.next()) { [self] in
      retry = nil
      grow()
    }
  }
}
