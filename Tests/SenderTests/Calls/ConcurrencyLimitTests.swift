import Testing

@testable import Sender

/// The limit against a provider that serves so many calls at once and makes the others wait.
struct ConcurrencyLimitTests {
  private struct Simulation {
    var limit: ConcurrencyLimit
    var now = ContinuousClock.now

    /// Calls go on for so long under as much concurrency as is allowed.
    mutating func run(seconds: Double, capacity: Int, service: Double, refused: Bool = false, demand: Int = .max) {
      let end = now + .seconds(seconds)
      while now < end {
        let underWay = min(limit.value, demand)
        let latency = Duration.seconds(service * max(1, Double(underWay) / Double(capacity)))
        now += latency
        for _ in 0..<underWay { limit.ended(after: latency, refused: refused, underWay: underWay, at: now) }
      }
    }
  }

  private func simulation(maximum: Int = 64) -> Simulation {
    let now = ContinuousClock.now
    return Simulation(limit: ConcurrencyLimit(maximum: maximum, now: now), now: now)
  }

  @Test(arguments: [0.001, 0.005, 0.03]) func aFastProviderHasAllThereIs(service: Double) {
    var simulation = simulation()
    for factor in [1.0, 3.0, 0.5, 1.5] {
      simulation.run(seconds: 5, capacity: 64, service: service * factor)
      #expect(simulation.limit.value == 64 || service * factor > 0.05)
    }
  }

  @Test func itBacksOffWhenTheProviderSlowsAndReturns() {
    var simulation = simulation()
    simulation.run(seconds: 20, capacity: 64, service: 0.1)
    #expect(simulation.limit.value == 64)
    simulation.run(seconds: 5, capacity: 8, service: 0.1)
    #expect(simulation.limit.value < 40)
    simulation.run(seconds: 20, capacity: 64, service: 0.1)
    #expect(simulation.limit.value == 64)
  }

  @Test func refusalsShrinkItAndItStaysAtLeastOne() {
    var simulation = simulation()
    simulation.run(seconds: 20, capacity: 64, service: 0.01, refused: true)
    #expect(simulation.limit.value < 32)
    #expect(simulation.limit.value >= 1)
    simulation.run(seconds: 20, capacity: 64, service: 0.01)
    #expect(simulation.limit.value == 64)
  }

  @Test func itNeverLeavesItsBounds() {
    var random = SystemRandomNumberGenerator()
    for maximum in [1, 2, 7, 64, 4096] {
      var limit = ConcurrencyLimit(maximum: maximum, now: .now)
      var now = ContinuousClock.now
      for _ in 0..<5000 {
        now += .milliseconds(Int.random(in: 0...50, using: &random))
        limit.ended(
          after: .milliseconds(Int.random(in: 0...10_000, using: &random)), refused: Bool.random(using: &random),
          underWay: limit.value, at: now)
        #expect((1...maximum).contains(limit.value))
      }
    }
  }

  @Test func aLowerMaximumCountsAtOnce() {
    var limit = ConcurrencyLimit(maximum: 64, now: .now)
    limit.maximum = 10
    #expect(limit.value == 10)
  }
}
