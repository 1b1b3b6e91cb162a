import Synchronization

/// Whether events wait for the public, as far as this process knows. While none do, an event is told to the public as soon
/// as the platform's own services have it, and is done with in one transaction.
final class PublicBacklog: Sendable {
  private struct State {
    /// At first there may be what an earlier process has left.
    var isEmpty = false
    /// How often some have come to wait.
    var growths = 0
  }

  private let state = Mutex(State())

  var isEmpty: Bool { state.withLock { $0.isEmpty } }

  /// For `foundEmpty`, before the look.
  var growths: Int { state.withLock { $0.growths } }

  /// Some have come to wait, or are about to.
  func grow() {
    state.withLock { state in
      state.isEmpty = false
      state.growths += 1
    }
  }

  /// A look found none; it says nothing of what has come since.
  func foundEmpty(asOf growths: Int) {
    state.withLock { state in
      if state.growths == growths { state.isEmpty = true }
    }
  }
}
