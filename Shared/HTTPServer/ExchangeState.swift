/// What the server's thread, the handler's task and the watchdog share of an exchange; behind its lock.
struct ExchangeState {
  enum Phase {
    /// The header or a buffered body is arriving.
    case reading
    /// The handler runs.
    case handling
    /// There is an answer, to be queued by the server's thread.
    case answered
    /// The answer is the library's.
    case sending
    /// The answer was written past the library, or the connection was cut; it is closed next.
    case refused
    case over
  }

  var phase = Phase.reading
  /// Whether the library leaves the connection alone until it is resumed.
  var suspended = false
  /// The server is stopping: nothing may be suspended any more.
  var aborted = false
  /// The client was seen to be gone.
  var gone = false
  /// When the watchdog steps in, while reading or handling.
  var deadline: ContinuousClock.Instant
  var response: HTTPResponse?
  /// The status of an answer that the watchdog wrote.
  var cutStatus: Int?
  var task: Task<Void, Never>?
  var input = InputBuffer()
  /// Bytes of a streamed body that its reader keeps.
  var kept = 0
  var output = OutputBuffer()

  /// Takes the first answer; whether this was it.
  mutating func answer(_ response: HTTPResponse) -> Bool {
    guard phase == .reading || phase == .handling else { return false }
    phase = .answered
    self.response = response
    return true
  }

  /// Hands the answer to the one who sends it.
  mutating func takeAnswer(next: Phase = .sending) -> HTTPResponse? {
    guard phase == .answered, let response else { return nil }
    phase = next
    self.response = nil
    return response
  }

  /// Ends the exchange; the task may still be writing.
  mutating func end() -> Task<Void, Never>? {
    phase = .over
    response = nil
    input.finish(.failure(HTTPServerError(.clientGone, "the client closed the connection")))
    defer { task = nil }
    return task
  }

  /// Takes the continuations that the buffers want resumed.
  mutating func takeWakeups() -> [Wakeup] {
    guard !input.wakeups.isEmpty || !output.wakeups.isEmpty else { return [] }
    defer {
      input.wakeups = []
      output.wakeups = []
    }
    return input.wakeups + output.wakeups
  }
}
