/// Where the database's clock stands on ours, by the quickest answer of late: an answer says what time it was there
/// between our question and its arrival here.
struct DatabaseClock: Sendable {
  /// A quicker answer is preferred for so long.
  private static let memory: Duration = .seconds(30)

  private struct Reading: Sendable {
    let there: Int64
    let asked: ContinuousClock.Instant
    let answered: ContinuousClock.Instant
    var trip: Duration { answered - asked }
  }

  private var best: Reading?

  /// - Parameter there: the database's time; nanoseconds since 1970.
  mutating func note(_ there: Int64, asked: ContinuousClock.Instant, answered: ContinuousClock.Instant) {
    let reading = Reading(there: there, asked: asked, answered: answered)
    guard let best else {
      self.best = reading
      return
    }
    let isOld = answered - best.answered > Self.memory
    // What we believed contradicts the answer: the database's clock was set.
    let believed = here(there) ?? answered
    let isWrong = believed < asked - best.trip || believed > answered + best.trip
    if isOld || isWrong || reading.trip <= best.trip { self.best = reading }
  }

  /// When it will be `there` on the database's clock; never too early.
  func here(_ there: Int64) -> ContinuousClock.Instant? {
    best.map { $0.answered + .nanoseconds(there - $0.there) }
  }

  /// The database's time at an instant here; nanoseconds since 1970.
  func there(_ here: ContinuousClock.Instant) -> Int64? {
    best.map { $0.there + $0.answered.duration(to: here).wholeNanoseconds }
  }
}

extension Duration {
  /// Rounded down.
  var wholeNanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}
