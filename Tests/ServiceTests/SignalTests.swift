import Service
import Testing

@Suite(.timeLimit(.minutes(15))) struct SignalTests {
  private static let forever = ContinuousClock.Instant.now + .seconds(7200)
  private let signal = Signal()

  @Test func oneThatWasRaisedIsNotWaitedForAndThenIs() async {
    signal.raise()
    signal.raise()
    await signal.wait(until: Self.forever)
    let instant = ContinuousClock.now + .milliseconds(5)
    await signal.wait(until: instant)
    #expect(.now >= instant)
  }

  @Test func itWakesWhoWaits() async {
    async let waiting: Void = signal.wait(until: Self.forever)
    await Task.yield()
    signal.raise()
    await waiting
  }

  @Test func aCancelledTaskWaitsNoLonger() async {
    let waiting = Task { [signal] in await signal.wait(until: Self.forever) }
    waiting.cancel()
    await waiting.value
  }

  /// Nobody waited any more when it was raised: it is kept for the next one.
  @Test func aRaiseAfterTheTimeIsKept() async {
    await signal.wait(until: .now)
    signal.raise()
    await signal.wait(until: Self.forever)
  }
}
