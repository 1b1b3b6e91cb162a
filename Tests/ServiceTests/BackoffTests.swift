import Service
import Testing

@Suite struct BackoffTests {
  private let backoff = Backoff(base: .milliseconds(100), cap: .seconds(5))

  @Test(arguments: [(1, 100), (2, 200), (3, 400), (6, 3200), (7, 5000), (8, 5000), (1000, 5000), (0, 100), (-1, 100)])
  func ceilingsDoubleUpToTheCap(attempt: Int, milliseconds: Int) {
    #expect(backoff.ceiling(attempt: attempt) == .milliseconds(milliseconds))
  }

  @Test func delaysFillTheWholeRange() {
    var generator = SplitMix(state: 7)
    let delays = (0..<10_000).map { _ in backoff.delay(attempt: 3, using: &generator) }
    #expect(delays.allSatisfy { $0 >= .zero && $0 <= .milliseconds(400) })
    // Full jitter: each tenth of the range gets its share.
    for tenth in 0..<10 {
      let share = delays.count { $0 >= .milliseconds(40) * tenth && $0 < .milliseconds(40) * (tenth + 1) }
      #expect((850...1150).contains(share))
    }
  }

  @Test func randomNumbersAreInjected() {
    var (one, other) = (SplitMix(state: 1), SplitMix(state: 1))
    #expect(backoff.delay(attempt: 5, using: &one) == backoff.delay(attempt: 5, using: &other))
    #expect(Backoff(base: .seconds(9), cap: .seconds(1)).ceiling(attempt: 4) == .seconds(9))
  }
}

/// A generator that gives the same numbers every time.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
