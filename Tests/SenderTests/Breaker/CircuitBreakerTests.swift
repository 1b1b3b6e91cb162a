import Testing

@testable import Sender

/// What a sender's calls say of a provider, on a clock of the test's own.
struct CircuitBreakerTests {
  private let start = ContinuousClock.now
  private let policy = BreakerPolicy()

  private func breaker() -> CircuitBreaker { CircuitBreaker(policy: policy, now: start) }

  private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

  /// When the breaker opens while `concurrency` callers call without a pause, each call ending so after so long.
  private func opens(
    concurrency: Int, lasts: Double, _ ending: CircuitBreaker.Ending?, until end: Double = 30
  ) -> (at: Double, reason: String)? {
    var breaker = breaker()
    var calls = (0..<concurrency).map { _ in (ticket: breaker.started(at: start), ends: lasts) }
    for step in 1...Int(end * 100) {
      let time = Double(step) / 100
      for index in calls.indices where ending != nil && calls[index].ends <= time {
        breaker.ended(calls[index].ticket, ending ?? .bad, at: at(time))
        calls[index] = (breaker.started(at: at(time)), time + lasts)
      }
      if step % 10 == 0, case .open(let reason, _)? = breaker.judgement(at: at(time)) { return (time, reason) }
    }
    return nil
  }

  @Test(arguments: [1, 2, 5, 16, 64, 512]) func aHangOpensWithinFiveSeconds(concurrency: Int) throws {
    let opened = try #require(opens(concurrency: concurrency, lasts: 1000, nil))
    #expect(opened.at <= 5)
  }

  /// Each call ends by its timeout.
  @Test(arguments: [1, 3, 64], [0.5, 1.0, 2.0, 2.9, 4.0, 10.0])
  func timeoutsOpenWithinFiveSeconds(concurrency: Int, timeout: Double) throws {
    let opened = try #require(opens(concurrency: concurrency, lasts: timeout, .bad))
    #expect(opened.at <= 5)
  }

  @Test(arguments: [1, 3, 64], [0.01, 0.3, 1.0]) func errorsOpenWithinFiveSeconds(concurrency: Int, lasts: Double)
    throws
  {
    let opened = try #require(opens(concurrency: concurrency, lasts: lasts, .bad))
    #expect(opened.at <= 5)
  }

  @Test(arguments: [1, 64], [0.005, 0.5, 1.9]) func aHealthyProviderStaysClosed(concurrency: Int, lasts: Double) {
    #expect(opens(concurrency: concurrency, lasts: lasts, .good) == nil)
  }

  @Test func slowSuccessesOpenByTheirShare() throws {
    #expect(try #require(opens(concurrency: 64, lasts: 2.5, .good)).reason == "slow_rate")
  }

  @Test func aFaultOfOursOpensAtOnce() {
    var breaker = breaker()
    breaker.ended(breaker.started(at: start), .good, at: at(0.1))
    breaker.ended(breaker.started(at: at(0.1)), .fault("http_401"), at: at(0.2))
    #expect(breaker.judgement(at: at(0.2)) == .open(reason: "http_401", asked: nil))
  }

  @Test func fewFailuresAmongManySuccessesDoNotOpen() {
    var breaker = breaker()
    for index in 0..<1000 {
      let time = Double(index) * 0.01
      breaker.ended(breaker.started(at: at(time)), index % 10 >= 6 ? .bad : .good, at: at(time + 0.005))
      #expect(breaker.judgement(at: at(time + 0.005)) == nil)
    }
  }

  @Test func halfOfThemDo() {
    var breaker = breaker()
    for index in 0..<20 {
      breaker.ended(breaker.started(at: at(0)), index % 2 == 0 ? .bad : .good, at: at(0.1))
    }
    #expect(breaker.judgement(at: at(0.1)) == .open(reason: "failure_rate", asked: nil))
  }

  @Test func noShareCountsBeforeTheMinimum() {
    var breaker = breaker()
    for _ in 0..<19 { breaker.ended(breaker.started(at: at(0)), .bad, at: at(0.1)) }
    #expect(breaker.judgement(at: at(0.1)) == nil)
  }

  @Test func oldFailuresAreForgotten() {
    var breaker = breaker()
    for _ in 0..<15 { breaker.ended(breaker.started(at: at(0)), .bad, at: at(0.1)) }
    breaker.ended(breaker.started(at: at(11)), .good, at: at(11.1))
    for _ in 0..<14 { breaker.ended(breaker.started(at: at(11.2)), .bad, at: at(11.3)) }
    #expect(breaker.judgement(at: at(11.3)) == nil)
  }

  /// A message that fails whenever it is tried, now and then, is no sick provider.
  @Test func aRareFailureWithoutLoadDoesNotOpen() {
    var breaker = breaker()
    for index in 0..<10 {
      let time = Double(index) * 8
      breaker.ended(breaker.started(at: at(time)), .bad, at: at(time + 0.01))
      #expect(breaker.judgement(at: at(time + 0.02)) == nil)
      #expect(breaker.judgement(at: at(time + 4)) == nil)
    }
  }

  @Test func aProviderThatAsksForRestGetsIt() {
    var breaker = breaker()
    for _ in 0..<20 { breaker.ended(breaker.started(at: at(0)), .throttled(.seconds(7)), at: at(0.1)) }
    #expect(breaker.judgement(at: at(0.1)) == .open(reason: "throttled", asked: .seconds(7)))
  }

  @Test func openAllowsNothing() {
    var breaker = breaker()
    #expect(breaker.callsLeft == nil)
    breaker.enter(.open, at: at(1))
    #expect(breaker.callsLeft == 0)
    #expect(breaker.judgement(at: at(100)) == nil)
  }

  @Test func goodProbesClose() {
    var breaker = breaker()
    breaker.enter(.halfOpen, at: at(1))
    let tickets = (0..<policy.probes).map { _ in breaker.started(at: at(1)) }
    #expect(breaker.callsLeft == 0)
    for ticket in tickets.dropLast() {
      breaker.ended(ticket, .good, at: at(1.1))
      #expect(breaker.judgement(at: at(1.1)) == nil)
    }
    breaker.ended(tickets[policy.probes - 1], .good, at: at(1.2))
    #expect(breaker.judgement(at: at(1.2)) == .close)
  }

  @Test func badProbesOpenAgain() {
    var breaker = breaker()
    breaker.enter(.halfOpen, at: at(1))
    let tickets = (0..<policy.probes).map { _ in breaker.started(at: at(1)) }
    for ticket in tickets.prefix(2) { breaker.ended(ticket, .bad, at: at(3)) }
    #expect(breaker.judgement(at: at(3)) == nil)
    breaker.ended(tickets[2], .bad, at: at(3))
    #expect(breaker.judgement(at: at(3)) == .open(reason: "probes", asked: nil))
  }

  @Test func oneGoodProbeAndNothingMoreToDoCloses() {
    var breaker = breaker()
    breaker.enter(.halfOpen, at: at(1))
    #expect(breaker.judgement(at: at(60)) == nil)
    breaker.ended(breaker.started(at: at(60)), .good, at: at(60.1))
    #expect(breaker.judgement(at: at(60.5)) == nil)
    #expect(breaker.judgement(at: at(61.2)) == .close)
  }

  @Test func callsOfAnEarlierPhaseSayNothing() {
    var breaker = breaker()
    let old = (0..<64).map { _ in breaker.started(at: at(0)) }
    breaker.enter(.open, at: at(2))
    breaker.enter(.halfOpen, at: at(5))
    for ticket in old { breaker.ended(ticket, .bad, at: at(5.1)) }
    #expect(breaker.judgement(at: at(5.1)) == nil)
    #expect(breaker.callsLeft == policy.probes)
  }

  @Test func theOpenTimeIsJitteredAndObeysTheProvider() {
    var random = SystemRandomNumberGenerator()
    let times = (0..<500).map { _ in policy.openTime(asked: nil, using: &random) }
    #expect(times.allSatisfy { $0 >= .seconds(2.25) && $0 <= .seconds(3.75) })
    #expect(Set(times).count > 400)
    #expect(policy.openTime(asked: .seconds(20), using: &random) == .seconds(20))
    #expect(policy.openTime(asked: .seconds(86_400), using: &random) == .seconds(600))
  }
}
