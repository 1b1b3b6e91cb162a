internal import CPostgres
internal import EventLoop

extension PostgresConnection {
  /// The socket is ready for something.
  func ready(_ readiness: Readiness) {
    guard state == .ready else { return continueConnecting() }
    lastHeard = .now
    if !readiness.isDisjoint(with: [.read, .closed]) { receive() }
    guard state == .ready, readiness.contains(.write) else { return }
    flush()
    if let exclusive, exclusive.isFeeding, !wantsWrite { feed(exclusive) }
  }

  /// Reads what has arrived and hands the answers out.
  func receive() {
    guard let handle else { return }
    let isAlive = PQconsumeInput(handle) == 1
    // Before the end of a connection there may be answers, and the server's reason.
    if exclusive == nil { drainPipeline(handle) } else { drainExclusive(handle) }
    guard state == .ready else { return }
    drainNotifications(handle)
    guard isAlive, PQstatus(handle) == CONNECTION_OK else { return fail(lastError(.serverClosed)) }
    pump()
  }

  private func drainPipeline(_ handle: OpaquePointer) {
    var stalls = 0
    while state == .ready, !pipeline.isEmpty, PQisBusy(handle) == 0 {
      let action = pipeline.received(answer(PQgetResult(handle)))
      switch action {
      case .none: stalls = 0
      case .stalled:
        // Of a dead connection libpq has no more to tell, for ever.
        stalls += 1
        if stalls > 1 || PQstatus(handle) != CONNECTION_OK { return fail(lastError(.serverClosed)) }
      case .forget(let statement): cache.forget(statement)
      case .complete(let request): complete(request, on: handle)
      case .confused:
        return fail(PostgresError(.serverClosed, "an answer that fits no statement"))
      }
    }
  }

  private func answer(_ result: OpaquePointer?) -> Pipeline.Answer {
    guard let result else { return .end }
    switch PQresultStatus(result) {
    case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
      return .rows(PostgresRows(buffer: ResultBuffer(result)))
    case PGRES_PIPELINE_SYNC:
      PQclear(result)
      return .sync
    case PGRES_PIPELINE_ABORTED:
      PQclear(result)
      return .skipped
    default:
      defer { PQclear(result) }
      return .failed(PostgresError(result: result))
    }
  }

  /// A statement whose plan went stale is prepared and run once more, where nothing of a transaction is lost by it.
  private func complete(_ request: PipelineRequest, on handle: OpaquePointer) {
    if let error = request.error, error.isStalePlan {
      let isGone = error.sqlState == "26000"
      for statement in request.statements { cache.drop(text: statement.text, isGone: isGone) }
      let status = PQtransactionStatus(handle)
      let hadJustBegun = request.begins && status == PQTRANS_INERROR && backlog.isEmpty
      if !request.wasRetried, status == PQTRANS_IDLE || hadJustBegun {
        if hadJustBegun { submit(.pipeline(PipelineRequest([], control: "rollback", isCleanup: true) { _ in })) }
        request.prepareRetry()
        return submit(.pipeline(request))
      }
    }
    deallocateRetired(handle)
    request.complete()
  }

  /// Lets the server forget what the cache has dropped; in a transaction that might have failed, later.
  private func deallocateRetired(_ handle: OpaquePointer) {
    guard PQtransactionStatus(handle) == PQTRANS_IDLE, backlog.isEmpty else { return }
    for name in cache.takeRetired() {
      submit(.pipeline(PipelineRequest([], control: "deallocate \(name)", isCleanup: true) { _ in }))
    }
  }

  private func drainExclusive(_ handle: OpaquePointer) {
    while state == .ready, let request = exclusive, !request.isFeeding, PQisBusy(handle) == 0 {
      guard let result = PQgetResult(handle) else { return finish(request, on: handle) }
      defer { PQclear(result) }
      switch PQresultStatus(result) {
      case PGRES_COPY_IN:
        request.isFeeding = true
        if request.data == nil {
          request.isFeeding = false
          guard PQputCopyEnd(handle, "a script cannot carry data") >= 0 else { return }
          flush()
        } else {
          feed(request)
        }
      case PGRES_COPY_OUT, PGRES_COPY_BOTH:
        return fail(PostgresError(.configuration, "COPY to the client is not supported"))
      case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE:
        request.failed(PostgresError(result: result))
        guard PQstatus(handle) == CONNECTION_OK else { return }
      default:
        request.answered(PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0)
      }
    }
  }

  private func finish(_ request: ExclusiveRequest, on handle: OpaquePointer) {
    guard PQstatus(handle) == CONNECTION_OK else { return }
    exclusive = nil
    guard PQenterPipelineMode(handle) == 1 else { return fail(lastError(.serverClosed)) }
    request.complete()
  }

  private func drainNotifications(_ handle: OpaquePointer) {
    while state == .ready, let notification = PQnotifies(handle) {
      let channel = String(cString: notification.pointee.relname)
      let payload = String(cString: notification.pointee.extra)
      PQfreemem(notification)
      signal(self, .notification(channel: channel, payload: payload))
    }
  }
}
