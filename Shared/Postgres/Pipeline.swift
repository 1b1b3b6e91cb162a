/// What the server still owes us, in the order in which it will answer. Decides what an answer means; does no I/O.
struct Pipeline {
  enum Expected {
    case prepare(PipelineRequest, PreparedStatement)
    case execute(PipelineRequest)
    case sync(PipelineRequest)
  }

  enum Answer {
    case rows(PostgresRows)
    case failed(PostgresError)
    /// Skipped by the server because something before it failed.
    case skipped
    /// libpq's mark after the last result of one command.
    case end
    case sync
  }

  enum Action {
    case none
    /// Nothing was answered. Before a Sync this is harmless once, after the error of a commit.
    case stalled
    /// The server has no such statement.
    case forget(PreparedStatement)
    /// Everything of the request is answered.
    case complete(PipelineRequest)
    /// The answer fits nothing we sent.
    case confused
  }

  private var expected = Queue<Expected>()

  /// Requests someone waits for.
  private(set) var waiting = 0

  var isEmpty: Bool { expected.isEmpty }

  /// The request that the server is at.
  var current: PipelineRequest? {
    switch expected.first {
    case .prepare(let request, _), .execute(let request), .sync(let request): request
    case nil: nil
    }
  }

  mutating func expect(_ next: Expected) {
    if case .sync(let request) = next, !request.isCleanup { waiting += 1 }
    expected.append(next)
  }

  mutating func received(_ answer: Answer) -> Action {
    switch (expected.first, answer) {
    case (.prepare, .end), (.execute, .end):
      expected.popFirst()
      return .none
    case (.prepare, .rows):
      return .none
    case (.prepare(let request, let statement), .failed(let error)):
      request.failed(error)
      return .forget(statement)
    case (.prepare(_, let statement), .skipped):
      return .forget(statement)
    case (.execute(let request), .rows(let rows)):
      request.answered(rows)
      return .none
    case (.execute(let request), .failed(let error)), (.sync(let request), .failed(let error)):
      // At the Sync: the commit failed, a deferred constraint for one.
      request.failed(error)
      return .none
    case (.execute, .skipped):
      return .none
    case (.sync, .end):
      return .stalled
    case (.sync(let request), .sync):
      expected.popFirst()
      if !request.isCleanup { waiting -= 1 }
      return .complete(request)
    case (.none, _), (.sync, _), (_, .sync):
      return .confused
    }
  }

  /// Everyone who waits, each once, when the connection is lost.
  mutating func abandon() -> [PipelineRequest] {
    waiting = 0
    return expected.removeAll().compactMap { if case .sync(let request) = $0 { request } else { nil } }
  }
}
