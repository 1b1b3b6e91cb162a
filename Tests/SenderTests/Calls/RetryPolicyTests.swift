import Testing

@testable import Sender

struct RetryPolicyTests {
  private let policy = RetryPolicy(maxAttempts: 5, base: .seconds(1), cap: .seconds(10))

  @Test(arguments: 1...40) func theDelayStaysWithinItsBounds(attempt: Int) {
    var random = SystemRandomNumberGenerator()
    let ceiling = min(Duration.seconds(10), .seconds(1) * (1 << min(attempt - 1, 20)))
    for _ in 0..<200 {
      let delay = policy.delay(after: attempt, using: &random)
      #expect(delay >= .zero && delay <= ceiling)
    }
  }

  @Test func theJitterIsFull() {
    var random = SystemRandomNumberGenerator()
    let delays = (0..<500).map { _ in policy.delay(after: 3, using: &random) }
    #expect(delays.contains { $0 < .seconds(1) })
    #expect(delays.contains { $0 > .seconds(3) })
  }

  @Test func retryAfterIsALowerBound() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<100 {
      #expect(policy.delay(after: 1, retryAfter: .seconds(30), using: &random) >= .seconds(30))
    }
  }

  @Test func attemptsAreBounded() {
    #expect(policy.allows(attemptsMade: 4))
    #expect(!policy.allows(attemptsMade: 5))
  }

  @Test func allTheWaitsTogetherAreBounded() {
    let policy = RetryPolicy(maxAttempts: 100, base: .seconds(1), cap: .seconds(8), total: .seconds(20))
    var random = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      var (attempt, waited) = (1, Duration.zero)
      while policy.allows(attemptsMade: attempt) {
        waited += policy.delay(after: attempt, retryAfter: .seconds(8), using: &random)
        attempt += 1
      }
      #expect(attempt < 10)
      #expect(waited <= .seconds(40))
    }
    #expect(policy.delay(after: 1, retryAfter: .seconds(3600), using: &random) == .seconds(20))
  }
}
