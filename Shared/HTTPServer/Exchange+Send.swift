internal import CMicroHTTPD

extension Exchange {
  /// Gives a response to the library. On the server's thread; false closes the connection.
  func queue(_ response: HTTPResponse) -> Bool {
    let status = (200...599).contains(response.status) ? response.status : 500
    update { if $0.phase != .over { $0.phase = .sending } }
    guard let reply = makeReply(response.body) else { return false }
    defer { MHD_destroy_response(reply) }
    for (name, value) in response.headers { _ = MHD_add_response_header(reply, name, value) }
    if core.isDraining { _ = MHD_add_response_header(reply, "Connection", "close") }
    self.status = status
    return MHD_queue_response(handle, UInt32(status), reply) == .YES
  }

  private func makeReply(_ body: HTTPResponseBody) -> OpaquePointer? {
    switch body.storage {
    case .bytes(var bytes):
      return bytes.withUnsafeMutableBytes {
        MHD_create_response_from_buffer($0.count, $0.baseAddress, .RESPMEM_MUST_COPY)
      }
    case .stream:
      // MHD_SIZE_UNKNOWN; the library frees its reference in the last callback, also where it never reads.
      let reply = MHD_create_response_from_callback(
        UInt64.max, 32 << 10,
        { context, _, space, count in
          guard let context, let space else { return -2 }
          let exchange = Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
          return exchange.fill(UnsafeMutableRawBufferPointer(start: space, count: count))
        }, Unmanaged.passRetained(self).toOpaque(),
        { context in
          if let context { Unmanaged<Exchange>.fromOpaque(context).release() }
        })
      // Else the library ends the answer to a HEAD with an empty chunk.
      if method == .head, let reply { mailout_mhd_forbid_chunks(reply) }
      return reply
    case .cut:
      return nil
    }
  }

  /// The library asks for more of a streamed response: the number of bytes, 0 where it is to wait
  /// (suspended), -1 at the end, -2 to cut.
  private func fill(_ space: UnsafeMutableRawBufferPointer) -> Int {
    update { state in
      switch state.output.read(into: space) {
      case .bytes(let count): return count
      case .end: return -1
      case .failure: return -2
      case .wait where state.aborted || state.phase == .over: return -2
      case .wait:
        suspend(&state)
        return 0
      }
    }
  }

  /// Runs a streamed response's writer to its end. In the handler's task.
  func pump(_ body: @Sendable (HTTPBodyWriter) async throws -> Void) async {
    var whole = true
    do { try await body(HTTPBodyWriter(self)) } catch { whole = false }
    update { state in
      state.output.finish(whole: whole)
      if state.phase == .sending { resume(&state) }
    }
  }

  /// The library is done with the request.
  func finish(cleanly: Bool) {
    let (task, cutStatus, kept) = update { ($0.end(), $0.cutStatus, $0.kept) }
    if let task {
      // In this order, so that a writer that fails finds itself cancelled.
      if !cleanly { task.cancel() }
      update { $0.output.finish(whole: false) }
    }
    let now = ContinuousClock.now
    client.end(self, now: now)
    core.release(body.count + kept)
    guard counted else { return }
    core.configuration.onRequest?(
      HTTPRequestRecord(
        method: method, route: plan?.route, status: status ?? cutStatus, duration: now - began, bodyBytes: received,
        requestID: request?.id))
    core.load.leave()
  }
}

extension Exchange: BodySink {
  func write(_ bytes: [UInt8]) async -> Result<Void, HTTPServerError> {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        update { state in
          if state.phase == .over || Task.isCancelled { state.output.finish(whole: false) }
          state.output.write(bytes, continuation)
          if state.phase == .sending { resume(&state) }
        }
      }
    } onCancel: {
      update { state in
        state.output.finish(whole: false)
        if state.phase == .sending { resume(&state) }
      }
    }
  }
}
