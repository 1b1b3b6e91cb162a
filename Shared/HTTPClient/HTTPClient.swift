public import EventLoop

/// An HTTP client on libcurl: any number of calls in flight on one thread, over connections that are kept alive.
///
/// Redirects are not followed, proxies of the environment not used, TLS certificates verified. A request is sent at
/// most once, except that GET, HEAD and OPTIONS are sent again where a kept-alive connection turns out dead.
public final class HTTPClient: Sendable {
  private let loop: EventLoop
  private let ownsLoop: Bool
  private let engine: Engine

  /// - Parameter loop: where the client works. Tasks and actors on the same loop call `send` without changing threads.
  ///   Nil: a loop of its own, which ends with the client.
  public init(configuration: HTTPClientConfiguration = HTTPClientConfiguration(), loop: EventLoop? = nil) {
    ownsLoop = loop == nil
    self.loop = loop ?? EventLoop(name: "http-client")
    engine = Engine(configuration, loop: self.loop)
  }

  deinit {
    loop.execute { [engine] in engine.close() }
    if ownsLoop { loop.stop() }
  }

  /// The calls not answered yet, those that wait for a connection included.
  public var inFlight: Int { engine.inFlight.load(ordering: .relaxed) }

  /// Makes one call and waits for the whole answer, of whatever status.
  /// - Parameter isolation: the caller's; never given. It keeps a caller on the client's loop there.
  /// - Throws: `HTTPClientError`; see its `requestMayHaveLeft`. Cancelling the task ends the call as `.cancelled`.
  public func send(
    _ request: HTTPClientRequest, isolation: isolated (any Actor)? = #isolation
  ) async throws(HTTPClientError) -> HTTPClientResponse {
    let now = ContinuousClock.now
    let call = Call(request, now: now)
    let outcome = await withTaskCancellationHandler {
      _ = isolation  // A closure runs where the caller does only if it captures this.
      return await withUnsafeContinuation { continuation in
        call.receiver = .task(continuation)
        if loop.isCurrent {
          engine.start(call, now: now)
        } else {
          loop.execute { [engine] in engine.start(call, now: .now) }
        }
      }
    } onCancel: {
      call.isCancelled.store(true, ordering: .relaxed)
      loop.execute { [engine] in engine.cancel(call) }
    }
    return try outcome.get()
  }

  /// As `send`, for callers on the client's loop that need no task for it: `done` is told there, once, perhaps before
  /// this returns.
  public func start(
    _ request: HTTPClientRequest, _ done: @escaping (Result<HTTPClientResponse, HTTPClientError>) -> Void
  ) {
    loop.checkIsolated()
    let now = ContinuousClock.now
    let call = Call(request, now: now)
    call.receiver = .function(done)
    engine.start(call, now: now)
  }

  /// Asks every call under way for its `timeLeft`: whoever sent it may know by now that it has less. It ends as by its
  /// timeout. On the client's loop.
  public func clip() {
    loop.checkIsolated()
    engine.clip(now: .now)
  }

  /// Ends every call as `.closed`, now and later, and closes the connections. On the client's loop.
  public func close() {
    loop.checkIsolated()
    engine.close()
  }

  /// As `close`, from anywhere. Returns when this is done.
  public func shutdown() async {
    await withUnsafeContinuation { continuation in
      loop.execute { [engine] in
        engine.close()
        continuation.resume()
      }
    }
  }
}
