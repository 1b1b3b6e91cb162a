import Testing

@testable import Service

@Suite struct RepeatGuardTests {
  private let start = ContinuousClock.now

  @Test func tellsTheFirstAndThenCounts() {
    let guardian = RepeatGuard(interval: .seconds(60))
    #expect(guardian.admit("publish", at: start) == 0)
    for second in 1..<60 { #expect(guardian.admit("publish", at: start + .seconds(second)) == nil) }
    #expect(guardian.admit("other", at: start + .seconds(1)) == 0)
    #expect(guardian.admit("publish", at: start + .seconds(60)) == 59)
    #expect(guardian.admit("publish", at: start + .seconds(61)) == nil)
    #expect(guardian.clear("publish") == 1)
    #expect(guardian.clear("publish") == nil)
    #expect(guardian.admit("publish", at: start + .seconds(62)) == 0)
  }

  @Test func anEndlessVarietyIsOneEntry() {
    let guardian = RepeatGuard()
    let admitted = (0..<10_000).filter { guardian.admit("key \($0)", at: start) != nil }
    #expect(admitted.count == RepeatGuard.maximumKeys + 1)
  }
}
