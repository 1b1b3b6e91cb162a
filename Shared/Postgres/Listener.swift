internal import EventLoop

/// The one connection of a pool that listens, for all its channels; on the pool's loop.
actor Listener {
  typealias Subscriber = AsyncStream<String>.Continuation

  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private let configuration: PostgresConfiguration
  private let parameters: ConnectionParameters
  private var subscribers: [String: [UInt64: Subscriber]] = [:]
  /// The channels the server has confirmed.
  private var confirmed: Set<String> = []
  private var connection: PostgresConnection?
  private var isReady = false
  private var backoff = Backoff()
  private var retry: TimerToken?
  private var last: UInt64 = 0
  private var isClosed = false

  init(_ configuration: PostgresConfiguration, _ parameters: ConnectionParameters, loop: EventLoop) {
    self.configuration = configuration
    self.parameters = parameters
    self.loop = loop
  }

  func subscribe(_ subscriber: Subscriber, to channel: String) {
    guard !isClosed else { return subscriber.finish() }
    last += 1
    let number = last
    subscribers[channel, default: [:]][number] = subscriber
    subscriber.onTermination = { [weak self] _ in
      // The handler runs on any thread.
      Task { await self?.unsubscribe(number, from: channel) }
    }
    if confirmed.contains(channel) {
      deliver("", to: channel, only: number)
    } else if isReady {
      listen(to: [channel])
    } else {
      connect()
    }
  }

  func close() {
    isClosed = true
    retry.map(loop.cancel)
    retry = nil
    for subscriber in subscribers.values.flatMap(\.values) { subscriber.finish() }
    subscribers = [:]
    closeConnection()
  }

  private func unsubscribe(_ number: UInt64, from channel: String) {
    guard subscribers[channel]?.removeValue(forKey: number) != nil, subscribers[channel]?.isEmpty == true else {
      return
    }
    subscribers[channel] = nil
    confirmed.remove(channel)
    if subscribers.isEmpty { return closeConnection() }
    if isReady { send(["unlisten \(raw: Self.quoted(channel))"], confirming: []) }
  }

  private func closeConnection() {
    guard let connection else { return }
    self.connection = nil
    isReady = false
    confirmed = []
    connection.assumeIsolated { $0.fail(PostgresError.poolClosed) }
  }

  private func connect() {
    guard connection == nil, retry == nil, !isClosed, !subscribers.isEmpty else { return }
    let connection = PostgresConnection(parameters: parameters, loop: loop) { [self] connection, signal in
      assumeIsolated { $0.received(signal, from: connection) }
    }
    self.connection = connection
    connection.assumeIsolated { $0.start() }
  }

  private func received(_ signal: PostgresConnection.Signal, from connection: PostgresConnection) {
    guard connection === self.connection else { return }
    switch signal {
    case .ready(let host):
      isReady = true
      backoff.succeeded()
      configuration.onEvent?(.connected(host: host))
      listen(to: Array(subscribers.keys))
    case .notification(let channel, let payload):
      deliver(payload, to: channel)
    case .closed(let error):
      configuration.onEvent?(isReady ? .disconnected(error) : .connectFailed(error))
      self.connection = nil
      isReady = false
      confirmed = []
      guard retry == nil else { return }
      retry = loop.timer(at: .now + backoff.next()) { [self] in
        retry = nil
        connect()
      }
    }
  }

  private func listen(to channels: [String]) {
    send(channels.map { "listen \(raw: Self.quoted($0))" }, confirming: channels)
  }

  private func send(_ statements: [SQL], confirming channels: [String]) {
    connection?.assumeIsolated { connection in
      connection.submit(
        .pipeline(
          PipelineRequest(statements) { [self] result in
            switch result {
            case .success: assumeIsolated { $0.confirm(channels) }
            case .failure(let error): connection.assumeIsolated { $0.fail(error) }
            }
          }))
    }
  }

  /// From now on nothing is missed; the empty payload says: look at what happened before.
  private func confirm(_ channels: [String]) {
    for channel in channels where subscribers[channel] != nil {
      confirmed.insert(channel)
      deliver("", to: channel)
    }
  }

  private func deliver(_ payload: String, to channel: String, only number: UInt64? = nil) {
    for (other, subscriber) in subscribers[channel] ?? [:] where number == nil || number == other {
      switch subscriber.yield(payload) {
      case .enqueued: break
      // Too slow: it lost its oldest payload, so it has to look for itself.
      case .dropped: subscriber.yield("")
      case .terminated: unsubscribe(other, from: channel)
      @unknown default: break
      }
    }
  }

  static func quoted(_ channel: String) -> String {
    "\"\(channel.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
  }
}
