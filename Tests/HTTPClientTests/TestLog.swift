import Synchronization

/// What a test server has seen.
final class TestLog: Sendable {
  private struct State {
    var connections = 0
    var requests: [TestRequest] = []
  }

  private let state = Mutex(State())

  var connections: Int { state.withLock { $0.connections } }
  var requests: [TestRequest] { state.withLock { $0.requests } }

  /// The number of the connection, from 1.
  func addConnection() -> Int {
    state.withLock {
      $0.connections += 1
      return $0.connections
    }
  }

  func add(_ request: TestRequest) {
    state.withLock { $0.requests.append(request) }
  }
}
