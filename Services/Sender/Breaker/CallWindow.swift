/// How the calls of the last while ended: counts in ten slices of time, the oldest of which are forgotten.
struct CallWindow: Sendable {
  struct Counts: Sendable, Equatable {
    var calls = 0
    var failed = 0
    var slow = 0
    var throttled = 0
  }

  private static let slices = 10

  private let slice: Duration
  private let start: ContinuousClock.Instant
  private var counts = [Counts](repeating: Counts(), count: slices)
  private var newest: Int64 = 0

  init(_ length: Duration, start: ContinuousClock.Instant) {
    slice = max(length / Self.slices, .milliseconds(1))
    self.start = start
  }

  mutating func note(failed: Bool, slow: Bool, throttled: Bool, at now: ContinuousClock.Instant) {
    advance(to: now)
    let index = Int(newest % Int64(Self.slices))
    counts[index].calls += 1
    if failed { counts[index].failed += 1 }
    if slow { counts[index].slow += 1 }
    if throttled { counts[index].throttled += 1 }
  }

  func total(at now: ContinuousClock.Instant) -> Counts {
    let oldest = max(0, max(newest, number(at: now)) - Int64(Self.slices) + 1)
    var total = Counts()
    guard oldest <= newest else { return total }
    for number in oldest...newest {
      let slice = counts[Int(number % Int64(Self.slices))]
      total.calls += slice.calls
      total.failed += slice.failed
      total.slow += slice.slow
      total.throttled += slice.throttled
    }
    return total
  }

  private func number(at now: ContinuousClock.Instant) -> Int64 {
    start.duration(to: now).wholeMicroseconds / slice.wholeMicroseconds
  }

  private mutating func advance(to now: ContinuousClock.Instant) {
    let present = number(at: now)
    guard present > newest else { return }
    for number in max(newest + 1, present - Int64(Self.slices) + 1)...present {
      counts[Int(number % Int64(Self.slices))] = Counts()
    }
    newest = present
  }
}
