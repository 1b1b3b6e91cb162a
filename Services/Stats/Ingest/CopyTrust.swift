/// Whether it pays to copy new messages into the table, which fails as a whole where another replica has been quicker
/// with one of them. After a failure rows are compared one by one for a while, the longer the more failures in a row.
struct CopyTrust: Sendable {
  static let shortest: Duration = .seconds(1)
  static let longest: Duration = .seconds(60)

  private var pause = Self.shortest
  private var until: ContinuousClock.Instant?

  func isGiven(at now: ContinuousClock.Instant) -> Bool { until.map { $0 <= now } ?? true }

  mutating func succeeded() {
    pause = Self.shortest
    until = nil
  }

  mutating func failed(at now: ContinuousClock.Instant) {
    until = now + pause
    pause = min(pause * 2, Self.longest)
  }
}
