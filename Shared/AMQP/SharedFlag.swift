import Synchronization

/// A yes or no for several threads.
final class SharedFlag: Sendable {
  private let state = Atomic(false)

  var value: Bool {
    get { state.load(ordering: .acquiring) }
    set { state.store(newValue, ordering: .releasing) }
  }

  /// Sets it, and answers what it was.
  func exchange(_ value: Bool) -> Bool { state.exchange(value, ordering: .acquiringAndReleasing) }
}
