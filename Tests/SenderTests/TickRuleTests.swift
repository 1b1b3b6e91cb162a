import Testing

@testable import Sender

/// A sender without work looks less often, but never where something comes due meanwhile.
struct TickRuleTests {
  private let start = ContinuousClock.now

  private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

  private func pause(
    isHolding: Bool = false, isTripped: Bool = false, breaker: CircuitBreaker? = nil, at seconds: Double = 0,
    _ change: (inout Provider) -> Void = { _ in }
  ) throws -> Duration {
    TickRule.pause(
      of: try ProviderDraftTests.stored(change), isHolding: isHolding, isTripped: isTripped,
      breaker: breaker ?? CircuitBreaker(policy: BreakerPolicy(), now: start), at: at(seconds))
  }

  @Test func whoHasNothingToDoRests() throws {
    #expect(try pause() == TickRule.rest)
    #expect(try pause(isHolding: true) == TickRule.soon)
    #expect(try pause(isTripped: true) == TickRule.soon)
  }

  @Test func aProviderThatIsToBeTriedIsTriedInTime() throws {
    #expect(try pause { $0.circuit = Circuit(state: .open, reopensAt: 5_000) } == TickRule.soon)
    for owner in ["me", "other"] {
      let circuit = Circuit(state: .halfOpen, probeOwner: owner, probeUntil: 9)
      #expect(try pause { $0.circuit = circuit } == TickRule.soon)
    }
  }

  @Test func whatNobodyTriesCanWait() throws {
    #expect(try pause { $0.circuit = Circuit(mode: .open, state: .open) } == TickRule.rest)
    #expect(try pause { $0.circuit = Circuit(mode: .closed) } == TickRule.rest)
    let isGone = try pause {
      $0.circuit = Circuit(state: .open, reopensAt: 5_000)
      $0.isEnabled = false
    }
    #expect(isGone == TickRule.rest)
  }

  @Test func aCallIsLookedAfterUntilItCountsNoMore() throws {
    var breaker = CircuitBreaker(policy: BreakerPolicy(), now: start)
    let ticket = breaker.started(at: at(1))
    #expect(try pause(breaker: breaker, at: 1000) == TickRule.soon)
    breaker.ended(ticket, .good, at: at(1000))
    #expect(try pause(breaker: breaker, at: 1001) == TickRule.soon)
    #expect(try pause(breaker: breaker, at: 1011) == TickRule.rest)
  }

  /// What counts can change without a call: 30 failures are few beside 50 successes, and many once these are forgotten.
  @Test func aJudgementThatComesByTimeAloneIsNotMissed() {
    var breaker = CircuitBreaker(policy: BreakerPolicy(), now: start)
    for number in 0..<80 {
      let time = number < 50 ? 1.0 : 8.0
      breaker.ended(breaker.started(at: at(time)), number < 50 ? .good : .bad, at: at(time))
    }
    #expect(breaker.judgement(at: at(8)) == nil)
    #expect(breaker.isOccupied(at: at(12)))
    #expect(breaker.judgement(at: at(12)) != nil)
    #expect(!breaker.isOccupied(at: at(20)))
    #expect(breaker.judgement(at: at(20)) == nil)
  }
}
