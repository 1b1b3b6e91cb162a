internal import EventLoop
import Synchronization

/// Goes over the connections from time to time, as long as there are any.
final class Watchdog: Sendable {
  let loop: EventLoop
  private let core: ServerCore
  private let armed = Atomic<Bool>(false)
  private let rounds = Atomic<Int>(0)

  private static let interval = Duration.milliseconds(100)
  /// Every how many rounds suspended connections are asked whether their client is still there.
  private static let probeEvery = 5

  init(core: ServerCore, loop: EventLoop) {
    self.core = core
    self.loop = loop
  }

  /// There is something to watch. From any thread.
  func arm() {
    guard !armed.exchange(true, ordering: .acquiringAndReleasing) else { return }
    loop.execute { self.schedule() }
  }

  private func schedule() {
    loop.timer(at: .now + Self.interval) { self.round() }
  }

  private func round() {
    let number = rounds.add(1, ordering: .relaxed).newValue
    core.watch(now: .now, probing: number % Self.probeEvery == 0)
    if core.hasConnections {
      schedule()
    } else {
      armed.store(false, ordering: .sequentiallyConsistent)
      if core.hasConnections { arm() }
    }
  }
}
