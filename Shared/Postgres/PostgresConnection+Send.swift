internal import CPostgres

extension PostgresConnection {
  private static let chunk = 65_536

  /// Sends the work, or keeps it until it may go.
  func submit(_ work: Work) {
    guard state != .closed else {
      var error = PostgresError(.serverClosed, "the connection is closed")
      error.neverSent = true
      return abandon(work, error)
    }
    backlog.append(work)
    pump()
  }

  /// Sends what may be sent: anything behind anything, but a script or a COPY only alone.
  func pump() {
    while state == .ready, exclusive == nil, let next = backlog.first {
      switch next {
      case .pipeline(let request):
        backlog.popFirst()
        transmit(request)
      case .exclusive(let request):
        if beginsNext { return transmitBegin() }
        guard pipeline.isEmpty else { return }
        backlog.popFirst()
        transmit(request)
      }
    }
  }

  /// A transaction that starts with a COPY begins on its own.
  private func transmitBegin() {
    transmit(
      PipelineRequest([]) { [self] result in
        if case .failure(let error) = result { fail(error) }
      })
    pump()
  }

  private func transmit(_ request: PipelineRequest) {
    guard let handle else { return }
    expectAnswer()
    if beginsNext && !request.isCleanup {
      request.begins = true
      beginsNext = false
    }
    var isSent = !request.begins || transmit(control: "begin", of: request, on: handle)
    for statement in request.statements { isSent = isSent && transmit(statement, of: request, on: handle) }
    if let control = request.control { isSent = isSent && transmit(control: control, of: request, on: handle) }
    pipeline.expect(.sync(request))
    guard isSent, PQpipelineSync(handle) == 1 else { return fail(lastError(.serverClosed)) }
    flush()
  }

  /// Prepares the statement where the server does not have it yet, and runs it; both without waiting.
  private func transmit(_ sql: SQL, of request: PipelineRequest, on handle: OpaquePointer) -> Bool {
    let (statement, isNew) = cache.statement(for: sql)
    if isNew {
      let types = statement.types.map(\.id)
      guard PQsendPrepare(handle, statement.name, sql.text, Int32(types.count), types) == 1 else { return false }
      pipeline.expect(.prepare(request, statement))
    }
    let isSent = sql.parts.withCArrays { count, values, lengths, formats in
      PQsendQueryPrepared(handle, statement.name, count, values, lengths, formats, 1) == 1
    }
    if isSent { pipeline.expect(.execute(request)) }
    return isSent
  }

  /// Not prepared: the end of a transaction must not depend on what the server remembers.
  private func transmit(control: String, of request: PipelineRequest, on handle: OpaquePointer) -> Bool {
    guard PQsendQueryParams(handle, control, 0, nil, nil, nil, nil, 1) == 1 else { return false }
    pipeline.expect(.execute(request))
    return true
  }

  private func transmit(_ request: ExclusiveRequest) {
    guard let handle else { return }
    expectAnswer()
    exclusive = request
    guard PQexitPipelineMode(handle) == 1, PQsendQuery(handle, request.text) == 1 else {
      return fail(lastError(.serverClosed))
    }
    flush()
  }

  /// Gives libpq the data of a COPY as fast as the server takes it.
  func feed(_ request: ExclusiveRequest) {
    guard let handle, let data = request.data else { return }
    while request.sent < data.count {
      let size = min(Self.chunk, data.count - request.sent)
      let status = data.withUnsafeBytes { bytes in
        PQputCopyData(
          handle, bytes.baseAddress?.advanced(by: request.sent).assumingMemoryBound(to: CChar.self), Int32(size))
      }
      guard status >= 0 else { return fail(lastError(.serverClosed)) }
      if status == 1 { request.sent += size }
      flush()
      // The rest when the socket takes more.
      if wantsWrite || state != .ready { return }
    }
    request.isFeeding = false
    guard PQputCopyEnd(handle, nil) >= 0 else { return fail(lastError(.serverClosed)) }
    flush()
  }

  /// Writes what libpq holds back, and watches for room where the socket has none.
  func flush() {
    guard let handle else { return }
    let status = PQflush(handle)
    guard status >= 0 else {
      // The reason may still be readable: the server says why it closes.
      return receive()
    }
    guard watched >= 0, wantsWrite != (status == 1) else { return }
    wantsWrite = status == 1
    loop.change(watched, to: wantsWrite ? [.read, .write] : .read)
  }
}

extension SQL.Interpolation {
  /// The parameters as libpq wants them: values, lengths, formats.
  fileprivate func withCArrays<R>(
    _ body: (
      Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?
    ) -> R
  ) -> R {
    let count = parameters.count
    guard count > 0 else { return body(0, nil, nil, nil) }
    return values.bytes.withUnsafeBytes { bytes in
      withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: count) { values in
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2 * count) { numbers in
          // An empty value must not be a null pointer, which means NULL.
          let base = bytes.baseAddress ?? UnsafeRawPointer(values.baseAddress!)
          for (index, parameter) in parameters.enumerated() {
            values[index] =
              parameter.start < 0 ? nil : base.advanced(by: parameter.start).assumingMemoryBound(to: CChar.self)
            numbers[index] = Int32(parameter.length)
            numbers[count + index] = parameter.isBinary ? 1 : 0
          }
          return body(Int32(count), values.baseAddress, numbers.baseAddress, numbers.baseAddress! + count)
        }
      }
    }
  }
}
