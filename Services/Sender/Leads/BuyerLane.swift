/// The calls of this sender at one buyer: how many are under way, and whether the buyer is given a rest. A value with no
/// clock of its own.
struct BuyerLane: Sendable {
  enum Admission: Equatable {
    case admitted(CircuitBreaker.Ticket)
    /// Its circuit is open, or all places of those who try it are taken.
    case resting(reason: String)
    case full
  }

  private var breaker: CircuitBreaker
  private var underWay = 0
  private var reopensAt: ContinuousClock.Instant?
  private(set) var reason = ""

  init(policy: BreakerPolicy, now: ContinuousClock.Instant) { breaker = CircuitBreaker(policy: policy, now: now) }

  var isOpen: Bool { breaker.phase != .closed }
  var isIdle: Bool { underWay == 0 }

  /// - Parameter limit: calls under way at once.
  mutating func enter(
    limit: Int, policy: BreakerPolicy, at now: ContinuousClock.Instant, using random: inout some RandomNumberGenerator
  ) -> Admission {
    breaker.policy = policy
    judge(at: now, using: &random)
    if breaker.phase == .open, let reopensAt, now >= reopensAt { breaker.enter(.halfOpen, at: now) }
    guard breaker.callsLeft != 0 else { return .resting(reason: reason) }
    guard underWay < limit else { return .full }
    underWay += 1
    return .admitted(breaker.started(at: now))
  }

  mutating func leave(
    _ ticket: CircuitBreaker.Ticket, _ ending: CircuitBreaker.Ending, at now: ContinuousClock.Instant,
    using random: inout some RandomNumberGenerator
  ) {
    underWay -= 1
    breaker.ended(ticket, ending, at: now)
    judge(at: now, using: &random)
  }

  private mutating func judge(at now: ContinuousClock.Instant, using random: inout some RandomNumberGenerator) {
    switch breaker.judgement(at: now) {
    case .open(let reason, let asked)?:
      breaker.enter(.open, at: now)
      self.reason = reason
      reopensAt = now + breaker.policy.openTime(asked: asked, using: &random)
    case .close?: breaker.enter(.closed, at: now)
    case nil: break
    }
  }
}
