internal import CMicroHTTPD
internal import Glibc
import Synchronization

/// One request and its answer. Retained by the library from the request line to the completion callback.
///
/// Unchecked: `handle` and the `nonisolated(unsafe)` properties are written on the connection's server thread alone
/// (the library runs all callbacks of a connection on one); other threads read `request` and `plan`, which no longer
/// change once they know the exchange, and may resume a suspended connection. The rest is immutable or in `state`.
final class Exchange: @unchecked Sendable {
  enum Stage {
    /// The header is not complete.
    case fresh
    /// A streaming handler has started; neither body nor answer was asked for yet.
    case opening
    /// The body is arriving.
    case body
    /// The request is complete.
    case complete
    /// Refused in the middle of the body: the rest is dropped for a while, so that the client sees the answer.
    case lingering
  }

  let core: ServerCore
  let client: Connection
  let handle: OpaquePointer
  let began: ContinuousClock.Instant
  private let state: Mutex<ExchangeState>

  nonisolated(unsafe) var target: [UInt8]
  /// Where the version stands when no NUL hides in the target.
  let versionPlace: UnsafePointer<CChar>
  nonisolated(unsafe) var stage = Stage.fresh
  nonisolated(unsafe) var method = HTTPMethod.get
  nonisolated(unsafe) var request: HTTPRequest?
  nonisolated(unsafe) var plan: HTTPPlan?
  nonisolated(unsafe) var body: [UInt8] = []
  nonisolated(unsafe) var received = 0
  nonisolated(unsafe) var lingered = 0
  nonisolated(unsafe) var status: Int?
  nonisolated(unsafe) var counted = false

  init(client: Connection, handle: OpaquePointer, target: UnsafePointer<CChar>) {
    core = client.worker.core
    self.client = client
    self.handle = handle
    let length = strlen(target)
    self.target = Array(UnsafeRawBufferPointer(start: target, count: length))
    versionPlace = target + length + 1
    began = .now
    state = Mutex(ExchangeState(deadline: began + core.configuration.requestTimeout))
  }

  /// Reads or changes the shared state; then, unlocked, resumes the tasks that the change wakes.
  func update<Value: Sendable>(_ change: (inout ExchangeState) -> Value) -> Value {
    let (value, wakeups) = state.withLock { state in
      let value = change(&state)
      return (value, state.takeWakeups())
    }
    for wakeup in wakeups { wakeup.resume() }
    return value
  }

  /// Lets the library go on with the connection. Called with the state locked: a connection is resumed only
  /// after it was suspended, and not after the library has closed it.
  func resume(_ state: inout ExchangeState) {
    guard state.suspended else { return }
    state.suspended = false
    MHD_resume_connection(handle)
    client.worker.call()
  }

  /// Makes the library leave the connection alone. Called on the server's thread, with the state locked.
  func suspend(_ state: inout ExchangeState) {
    state.suspended = true
    MHD_suspend_connection(handle)
  }

  /// Gives the answer; whether it was the first and so will be sent. From any thread.
  @discardableResult
  func answer(_ response: HTTPResponse) -> Bool {
    update { state in
      guard state.answer(response) else { return false }
      if !state.suspended { state.deadline = .now + core.configuration.requestTimeout }
      resume(&state)
      return true
    }
  }

  /// The failure as a response, with what HTTP asks for.
  func failure(_ error: HTTPServerError) -> HTTPResponse {
    var response = core.configuration.onFailure(error, request)
    if response.status == 503, !response.headers.contains("Retry-After") {
      response.headers["Retry-After"] = String(core.configuration.retryAfterSeconds)
    }
    return response
  }
}
