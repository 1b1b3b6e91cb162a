internal import CMicroHTTPD

extension Exchange {
  var handlerTimeout: Duration { plan?.timeout ?? core.configuration.handlerTimeout }

  /// Starts a handler that reads the body as it comes; the library waits for it to want the body, or to answer.
  /// False closes the connection.
  func open(_ request: HTTPRequest, _ work: @escaping @Sendable (HTTPRequest) async -> HTTPResponse) -> Bool {
    stage = .opening
    let mayWait = update { state in
      guard !state.aborted else { return false }
      state.phase = .handling
      state.deadline = .now + handlerTimeout
      suspend(&state)
      return true
    }
    guard mayWait else { return queue(stopping) }
    start(request, work)
    return true
  }

  /// The request is complete. False closes the connection.
  func complete() -> Bool {
    guard let request, let plan, stage == .body else { return false }
    stage = .complete
    let fresh = update { state in
      state.input.finish(.success(()))
      state.deadline = .now + handlerTimeout
      guard state.phase == .reading else { return false }
      state.phase = .handling
      return true
    }
    switch plan.work {
    case .inline(let work):
      return fresh && queue(work(request.with(body: HTTPBody(body)), body))
    case .async(let work):
      if fresh { start(request.with(body: HTTPBody(body)), work) }
      return waitForAnswer()
    }
  }

  /// Queues the answer if it is there, else leaves the connection until it is. False closes the connection.
  func waitForAnswer() -> Bool {
    let (response, mayWait): (HTTPResponse?, Bool) = update { state in
      if let response = state.takeAnswer() { return (response, true) }
      if state.aborted && state.phase == .handling {
        state.phase = .sending
        return (stopping, true)
      }
      guard state.phase == .handling else { return (nil, false) }
      suspend(&state)
      return (nil, true)
    }
    return response.map(queue) ?? mayWait
  }

  /// A streaming handler has either answered before it read the body, or wants it.
  func openingResumed() -> Bool {
    if let response = update({ $0.takeAnswer() }) { return queue(response) }
    stage = .body
    return true
  }

  private func start(_ request: HTTPRequest, _ work: @escaping @Sendable (HTTPRequest) async -> HTTPResponse) {
    let task = Task {
      let response = await work(request)
      if answer(response), case .stream(let body) = response.body.storage, request.method != .head {
        await pump(body)
      }
    }
    let late = update { state in
      state.task = task
      return state.phase == .over
    }
    if late { task.cancel() }
  }

  private var stopping: HTTPResponse { failure(HTTPServerError(.stopping, "the server is shutting down")) }
}
