import Synchronization

/// What the library's callbacks and the watchdog work with.
final class ServerCore: Sendable {
  let configuration: HTTPServerConfiguration
  let handler: any HTTPHandler
  let load = Load()
  private let connections = Mutex(ConnectionTable())
  private let buffered = Atomic<Int>(0)
  private let draining = Atomic<Bool>(false)
  private let stopping = Atomic<Bool>(false)

  init(configuration: HTTPServerConfiguration, handler: any HTTPHandler) {
    self.configuration = configuration
    self.handler = handler
  }

  /// Whether answers end their connection.
  var isDraining: Bool { draining.load(ordering: .relaxed) }
  /// Whether requests are turned away.
  var isStopping: Bool { stopping.load(ordering: .sequentiallyConsistent) }

  // MARK: connections

  var hasConnections: Bool { connections.withLock { $0.count > 0 } }

  /// Whether there is room for one more connection, from that address.
  func mayAccept(from address: @autoclosure () -> String) -> Bool {
    guard connections.withLock({ $0.count < configuration.maxConnections }) else { return false }
    guard let limit = configuration.maxConnectionsPerAddress else { return true }
    let address = address()
    return connections.withLock { $0.count(from: address) < limit }
  }

  func add(_ connection: Connection) {
    connections.withLock { $0.add(connection) }
  }

  func remove(_ connection: Connection) {
    connections.withLock { $0.remove(connection) }
  }

  private var all: [Connection] { connections.withLock { $0.all } }

  // MARK: memory for buffered bodies

  func hasRoom(for bytes: Int) -> Bool {
    buffered.load(ordering: .relaxed) + bytes <= configuration.maxBufferedBytes
  }

  /// Counts bytes as used; false, and not counted, where that would be too many.
  func reserve(_ bytes: Int) -> Bool {
    let total = buffered.add(bytes, ordering: .relaxed).newValue
    if total <= configuration.maxBufferedBytes { return true }
    release(bytes)
    return false
  }

  func release(_ bytes: Int) {
    if bytes > 0 { buffered.subtract(bytes, ordering: .relaxed) }
  }

  // MARK: watching and stopping

  /// One round over all connections.
  func watch(now: ContinuousClock.Instant, probing: Bool) {
    for connection in all {
      if let exchange = connection.exchange {
        exchange.check(now: now, probing: probing)
      } else {
        connection.cutIfIdle(since: now - configuration.idleTimeout)
        if probing { connection.cutIfEnded() }
      }
    }
  }

  /// Lets requests in flight end, and their connections with them.
  func startDraining() {
    draining.store(true, ordering: .sequentiallyConsistent)
    for connection in all { connection.cutIfIdle(since: nil) }
  }

  /// Answers whatever is still in flight. Requests that come later find the server stopping: an exchange is
  /// registered with its connection, under a lock, before it looks at the flag.
  func abortAll() {
    stopping.store(true, ordering: .sequentiallyConsistent)
    for connection in all { connection.exchange?.abort() }
  }
}
