internal import CPostgres
internal import EventLoop

extension PostgresConnection {
  /// Starts to connect; `signal` tells how it went. Resolving a host's name blocks the loop for that time: libpq
  /// knows no other way.
  func start() {
    state = .connecting
    deadline = loop.timer(at: .now + parameters.patience) { [self] in
      fail(PostgresError(.unavailable, "no connection within \(parameters.patience)"))
    }
    handle = parameters.withCStrings { PQconnectStartParams($0, $1, 1) }
    guard let handle, PQstatus(handle) != CONNECTION_BAD else { return fail(lastError(.unavailable)) }
    _ = PQsetNoticeProcessor(handle, { _, _ in }, nil)
    watch(for: .write)
  }

  /// One step of the handshake. libpq may change its socket in it, so the old one is not watched meanwhile.
  func continueConnecting() {
    guard let handle else { return }
    unwatch()
    switch PQconnectPoll(handle) {
    case PGRES_POLLING_READING: watch(for: .read)
    case PGRES_POLLING_WRITING: watch(for: .write)
    case PGRES_POLLING_OK: becomeReady(handle)
    default: fail(lastError(.unavailable))
    }
  }

  private func becomeReady(_ handle: OpaquePointer) {
    guard PQsetnonblocking(handle, 1) == 0, PQenterPipelineMode(handle) == 1 else {
      return fail(lastError(.unavailable))
    }
    deadline.map(loop.cancel)
    deadline = nil
    state = .ready
    watch(for: .read)
    let host = PQhost(handle).map { String(cString: $0) } ?? ""
    let port = PQport(handle).map { String(cString: $0) } ?? ""
    signal(self, .ready(host: "\(host):\(port)"))
    pump()
  }

  /// Ends the session; whoever waits is told. Harmless when it has ended.
  func fail(_ reason: PostgresError) {
    guard state != .closed else { return }
    state = .closed
    deadline.map(loop.cancel)
    deadline = nil
    silence.map(loop.cancel)
    silence = nil
    unwatch()
    if let handle { PQfinish(handle) }
    handle = nil
    for request in pipeline.abandon() { request.abandon(reason) }
    exclusive?.abandon(reason)
    exclusive = nil
    var unsent = reason
    unsent.neverSent = true
    for work in backlog.removeAll() { abandon(work, unsent) }
    signal(self, .closed(reason))
  }

  func abandon(_ work: Work, _ reason: PostgresError) {
    switch work {
    case .pipeline(let request): request.abandon(reason)
    case .exclusive(let request): request.abandon(reason)
    }
  }

  /// libpq's last message as an error.
  func lastError(_ code: PostgresError.Code) -> PostgresError {
    let message = handle.flatMap { PQerrorMessage($0) }.map { String(cString: $0) } ?? ""
    // One line for each host that was tried.
    let lines = message.split(whereSeparator: \.isNewline).joined(separator: "; ")
    return PostgresError(code, lines.isEmpty ? "the connection is lost" : parameters.redact(lines))
  }

  func watch(for interest: Readiness) {
    guard let handle else { return }
    watched = PQsocket(handle)
    wantsWrite = interest.contains(.write)
    loop.watch(watched, for: interest) { [self] readiness in ready(readiness) }
  }

  func unwatch() {
    guard watched >= 0 else { return }
    loop.unwatch(watched)
    watched = -1
  }
}

extension ConnectionParameters {
  /// libpq's two arrays, each ended by a null pointer.
  func withCStrings<R>(
    _ body: (UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<UnsafePointer<CChar>?>) -> R
  ) -> R {
    var storage: [CChar] = []
    var starts: [Int] = []
    for text in keywords + values {
      starts.append(storage.count)
      storage.append(contentsOf: text.utf8CString)
    }
    return storage.withUnsafeBufferPointer { storage in
      func pointers(_ starts: ArraySlice<Int>) -> [UnsafePointer<CChar>?] {
        starts.map { storage.baseAddress?.advanced(by: $0) } + [nil]
      }
      return body(pointers(starts.prefix(keywords.count)), pointers(starts.suffix(values.count)))
    }
  }
}
