import Testing

@testable import Sender

struct CommitRuleTests {
  @Test func nothingIsNotCommitted() {
    #expect(!CommitRule.isDue(count: 0, isLingering: false, permits: 512))
    #expect(!CommitRule.isDue(count: 0, isLingering: true, permits: 1))
  }

  @Test func aFullGroupGoesAtOnceAndAPartOfItWhenItsTimeIsOver() {
    #expect(CommitRule.isDue(count: CommitRule.full, isLingering: true, permits: 512))
    #expect(!CommitRule.isDue(count: CommitRule.full - 1, isLingering: true, permits: 512))
    #expect(CommitRule.isDue(count: 1, isLingering: false, permits: 512))
  }

  /// With few permits a full group never comes together: the calls would wait for the time to pass.
  @Test func halfOfThePermitsAreEnough() {
    #expect(CommitRule.isDue(count: 50, isLingering: true, permits: 100))
    #expect(!CommitRule.isDue(count: 49, isLingering: true, permits: 100))
    #expect(CommitRule.isDue(count: 1, isLingering: true, permits: 1))
  }
}
