internal import CMicroHTTPD
internal import Glibc

extension Exchange {
  private enum Finding {
    case fine
    case gone(Task<Void, Never>?)
    case ended
    case slowBody
    case slowHandler(Task<Void, Never>?)
    case unsent(HTTPResponse)
  }

  /// Looks after a request that the library, leaving it alone, cannot: deadlines, and clients that went.
  func check(now: ContinuousClock.Instant, probing: Bool) {
    switch update({ find(&$0, now, probing) }) {
    case .fine: break
    case .gone(let task): task?.cancel()
    case .ended: cut(nil)
    case .slowBody: cut(failure(HTTPServerError(.bodyTimedOut, "the body did not arrive in time")))
    case .unsent(let response): cut(response)
    case .slowHandler(let task):
      answer(failure(HTTPServerError(.handlerTimedOut, "the answer was not ready in time")))
      task?.cancel()
    }
  }

  /// The server stops: ends whatever waits, so that nothing is suspended any more.
  func abort() {
    let task = update { state in
      state.aborted = true
      guard state.phase == .sending else { return state.task }
      state.output.finish(whole: false)
      resume(&state)
      return state.task
    }
    if update({ $0.phase == .handling }) {
      answer(failure(HTTPServerError(.stopping, "the server is shutting down")))
    }
    task?.cancel()
  }

  private func find(_ state: inout ExchangeState, _ now: ContinuousClock.Instant, _ probing: Bool) -> Finding {
    if probing, state.suspended, !state.gone, hasClientLeft {
      state.gone = true
      if state.phase == .sending {
        state.output.finish(whole: false)
        resume(&state)
      }
      return .gone(state.task)
    }
    if probing, !state.suspended, state.phase == .reading || state.phase == .handling, hasBodyEnded {
      // Twice, for the library may have read all of it just now.
      guard state.gone else {
        state.gone = true
        return .fine
      }
      state.phase = .refused
      return .ended
    }
    guard now > state.deadline else { return .fine }
    switch state.phase {
    case .handling where state.suspended:
      return .slowHandler(state.task)
    case .reading, .handling:
      state.phase = .refused
      return .slowBody
    case .answered:
      return state.takeAnswer(next: .refused).map { .unsent($0) } ?? .fine
    case .sending, .refused, .over:
      return .fine
    }
  }

  /// Ends a connection from outside the server's thread; the library then finds it closed.
  private func cut(_ response: HTTPResponse?) {
    let task = update { state in
      // Until the exchange is over the library has not closed the socket.
      guard state.phase == .refused else { return state.task }
      if let response {
        state.cutStatus = response.status
        RawResponse.send(response, on: client.socket)
      }
      shutdown(client.socket, Int32(SHUT_RDWR))
      return state.task
    }
    task?.cancel()
  }

  private var hasClientLeft: Bool { mailout_peer_has_left(client.socket) != 0 }

  /// Whether the body breaks off here; the library may not have noticed (see `Connection.cutIfEnded`).
  private var hasBodyEnded: Bool { mailout_peer_has_ended(client.socket) != 0 }
}
