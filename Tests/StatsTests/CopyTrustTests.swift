import Testing

@testable import Stats

struct CopyTrustTests {
  @Test func failuresInARowDoubleThePauseUpToItsEnd() {
    var trust = CopyTrust()
    var now = ContinuousClock.now
    #expect(trust.isGiven(at: now))
    for pause in [1, 2, 4, 8, 16, 32, 60, 60] {
      trust.failed(at: now)
      #expect(!trust.isGiven(at: now + .seconds(pause) - .nanoseconds(1)))
      now += .seconds(pause)
      #expect(trust.isGiven(at: now))
    }
    trust.succeeded()
    trust.failed(at: now)
    #expect(trust.isGiven(at: now + CopyTrust.shortest))
  }
}
