import EventLoop
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(15))) struct AlarmTests {
  private static let forever = ContinuousClock.Instant.now + .seconds(7200)
  private let loop = EventLoop(name: "test")

  /// Runs on the loop, or on the global executor.
  private func on(_ place: Place, _ body: @escaping @Sendable () async -> Void) async {
    switch place {
    case .loop: await Task(executorPreference: loop) { await body() }.value
    case .elsewhere: await Task.detached { await body() }.value
    }
    loop.stop()
  }

  enum Place: CaseIterable, Sendable { case loop, elsewhere }

  @Test(arguments: Place.allCases) func waitsUntilTheInstantAndNotLess(_ place: Place) async {
    await on(place) {
      let instant = ContinuousClock.now + .milliseconds(20)
      await Alarm().wait(until: instant)
      #expect(.now >= instant)
    }
  }

  @Test(arguments: Place.allCases) func whoRangBeforeIsNotWaitedFor(_ place: Place) async {
    await on(place) {
      let alarm = Alarm()
      alarm.ring()
      await alarm.wait(until: Self.forever)
    }
  }

  @Test(arguments: Place.allCases) func aRingEndsTheWait(_ place: Place) async {
    await on(place) {
      let alarm = Alarm()
      async let waiting: Void = alarm.wait(until: Self.forever)
      await Task.yield()
      alarm.ring()
      alarm.ring()
      await waiting
    }
  }

  @Test(arguments: Place.allCases) func sleepsUntilTheInstant(_ place: Place) async {
    await on(place) {
      let instant = ContinuousClock.now + .milliseconds(5)
      await #expect(throws: Never.self) { try await EventLoop.sleep(until: instant) }
      #expect(.now >= instant)
    }
  }

  @Test(arguments: Place.allCases) func aCancelledTaskSleepsNoLonger(_ place: Place) async {
    await on(place) {
      let sleeping = Task { try await EventLoop.sleep(until: Self.forever) }
      sleeping.cancel()
      await #expect(throws: CancellationError.self) { try await sleeping.value }
    }
  }

  /// Whoever is woken early leaves no timer behind for the rest of the time: it would hold the alarm.
  @Test func aTimerNobodyWaitsForIsForgotten() async {
    let loop = loop
    let last = Mutex(Last())
    await Task(executorPreference: loop) {
      let alarm = Alarm()
      last.withLock { $0.alarm = alarm }
      loop.execute { alarm.ring() }
      await alarm.wait(until: Self.forever)
    }.value
    await loop.call {}
    #expect(last.withLock { $0.alarm == nil })
    loop.stop()
  }

  private struct Last { weak var alarm: Alarm? }

  @Test func aLoopKnowsItself() async {
    let loop = loop
    #expect(await loop.call { EventLoop.current === loop })
    #expect(EventLoop.current == nil)
    loop.stop()
  }
}
