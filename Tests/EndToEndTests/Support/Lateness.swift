import Foundation
import Synchronization

/// How late this machine wakes who sleeps, for as long as somebody keeps this: what it is late by itself is no fault of
/// the platform.
final class Lateness: Sendable {
  private static let pause = 0.01

  private struct State {
    var woke = ContinuousClock.now
    var worst = 0.0
  }

  private let state = Mutex(State())

  init() {
    // A thread of its own, not a task: the pool may be late for reasons of its own.
    Thread.detachNewThread { [weak self] in
      while let lateness = self {
        lateness.look(wakes: true)
        Thread.sleep(forTimeInterval: Self.pause)
      }
    }
  }

  /// The longest that it was late by; seconds.
  var worst: TimeInterval { look(wakes: false) }

  /// What has to pass through several processes, one after the other, may be late by; seconds.
  var ofSeveral: TimeInterval { 5 * worst }

  @discardableResult private func look(wakes: Bool) -> TimeInterval {
    state.withLock { state in
      let now = ContinuousClock.now
      state.worst = max(state.worst, state.woke.duration(to: now) / .seconds(1) - Self.pause)
      if wakes { state.woke = now }
      return state.worst
    }
  }
}
