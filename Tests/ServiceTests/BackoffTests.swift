import Service
import TestSupport
import Testing

@Suite struct BackoffTests {
  private let backoff = Backoff(base: .milliseconds(100), cap: .seconds(5))

  @Test(arguments: [(1, 100), (2, 200), (3, 400), (6, 3200), (7, 5000), (8, 5000), (1000, 5000), (0, 100), (-1, 100)])
  func ceilingsDoubleUpToTheCap(attempt: Int, milliseconds: Int) {
    #expect(backoff.ceiling(attempt: attempt) == .milliseconds(milliseconds))
  }

  @Test func delaysFillTheWholeRange() {
    var generator = SeededRandom(seed: 7)
    let delays = (0..<10_000).map { _ in backoff.delay(attempt: 3, using: &generator) }
    #expect(delays.allSatisfy { $0 >= .zero && $0 <= .milliseconds(400) })
    // Full jitter: each tenth of the range gets its share.
    for tenth in 0..<10 {
      let share = delays.count { $0 >= .milliseconds(40) * tenth && $0 < .milliseconds(40) * (tenth + 1) }
      #expect((850...1150).contains(share))
    }
  }

  @Test func randomNumbersAreInjected() {
    var (one, other) = (SeededRandom(seed: 1), SeededRandom(seed: 1))
    #expect(backoff.delay(attempt: 5, using: &one) == backoff.delay(attempt: 5, using: &other))
    #expect(Backoff(base: .seconds(9), cap: .seconds(1)).ceiling(attempt: 4) == .seconds(9))
  }
}
