import Testing

@testable import Sender

/// When a buyer is given a rest, on a clock of the test's own.
struct BuyerLaneTests {
  private let start = ContinuousClock.now
  private var random = SystemRandomNumberGenerator()
  private let policy = BreakerPolicy.ofBuyers

  private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

  private mutating func enter(_ lane: inout BuyerLane, _ seconds: Double, limit: Int = 16) -> BuyerLane.Admission {
    lane.enter(limit: limit, policy: policy, at: at(seconds), using: &random)
  }

  /// Ends a call, which must have been let in.
  private mutating func call(
    _ lane: inout BuyerLane, from begin: Double, to end: Double, _ ending: CircuitBreaker.Ending
  ) throws {
    guard case .admitted(let ticket) = enter(&lane, begin) else {
      throw NotAdmitted()
    }
    lane.leave(ticket, ending, at: at(end), using: &random)
  }

  private struct NotAdmitted: Error {}

  @Test mutating func noMoreThanItsPlaces() {
    var lane = BuyerLane(policy: policy, now: start)
    guard case .admitted(let first) = enter(&lane, 0, limit: 2), case .admitted = enter(&lane, 0, limit: 2) else {
      Issue.record("not let in")
      return
    }
    #expect(enter(&lane, 0, limit: 2) == .full)
    lane.leave(first, .good, at: at(0.1), using: &random)
    guard case .admitted = enter(&lane, 0.2, limit: 2) else {
      Issue.record("the place is not free again")
      return
    }
  }

  @Test mutating func aBuyerThatFailsIsGivenARestAndTriedAgain() throws {
    var lane = BuyerLane(policy: policy, now: start)
    for second in 0..<5 { try call(&lane, from: Double(second), to: Double(second) + 0.1, .bad) }
    #expect(lane.isOpen)
    #expect(enter(&lane, 5) == .resting(reason: "failure_rate"))
    // After at most 15 s and a quarter one call tries it, and no second one meanwhile.
    guard case .admitted(let probe) = enter(&lane, 30) else {
      Issue.record("not tried again")
      return
    }
    #expect(enter(&lane, 30.1) == .resting(reason: "failure_rate"))
    lane.leave(probe, .good, at: at(30.5), using: &random)
    #expect(!lane.isOpen)
    try call(&lane, from: 31, to: 31.1, .good)
  }

  @Test mutating func aProbeThatFailsOpensAgain() throws {
    var lane = BuyerLane(policy: policy, now: start)
    for second in 0..<5 { try call(&lane, from: Double(second), to: Double(second) + 0.1, .bad) }
    try call(&lane, from: 30, to: 30.1, .bad)
    #expect(lane.isOpen)
    #expect(enter(&lane, 31) == .resting(reason: "probes"))
  }

  @Test mutating func refusalsAreNoFailures() throws {
    var lane = BuyerLane(policy: policy, now: start)
    for second in 0..<20 { try call(&lane, from: Double(second), to: Double(second) + 0.1, .good) }
    #expect(!lane.isOpen && lane.isIdle)
  }

  @Test mutating func aHangIsFoundOutBeforeItEnds() {
    var lane = BuyerLane(policy: policy, now: start)
    guard case .admitted = enter(&lane, 0) else {
      Issue.record("not let in")
      return
    }
    #expect(enter(&lane, 9) == .resting(reason: "stalled"))
  }
}
