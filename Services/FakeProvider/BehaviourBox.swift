import Synchronization

/// The behaviour in force.
final class BehaviourBox: Sendable {
  private let state = Mutex(Behaviour())

  var value: Behaviour {
    get { state.withLock { $0 } }
    set { state.withLock { $0 = newValue } }
  }
}
