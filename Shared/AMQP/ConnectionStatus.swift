import Synchronization

/// Whether a connection is up, readable from any thread.
final class ConnectionStatus: Sendable {
  private let connected = Atomic(false)

  var isConnected: Bool {
    get { connected.load(ordering: .acquiring) }
    set { connected.store(newValue, ordering: .releasing) }
  }
}
