/// The rounds of the closing pass, which looks for customers who changed zone. While anybody is left who cannot be written
/// to before the end, in a zone that does not open any more, they may still move to one that does: so it goes round again
/// and again, until nobody is left. A value with no clock of its own.
struct ClosingRounds: Sendable {
  /// Between two rounds: each reads the whole audience.
  static let rest: Duration = .seconds(300)

  /// Whether the round under way began with the first customer. Who drives a mailout anew does not know whom the round
  /// left out before.
  private var isWhole = false
  private var leavesSomebody = false
  private var dueAt: ContinuousClock.Instant?

  func isDue(at now: ContinuousClock.Instant) -> Bool { dueAt.map { $0 <= now } ?? true }

  /// Notes a portion of a round.
  /// - Parameters:
  ///   - cursor: where it began.
  ///   - leavesOut: whether somebody in it cannot be written to before the end.
  mutating func go(from cursor: Int64, leavesOut: Bool) {
    if cursor == 0 { (isWhole, leavesSomebody) = (true, false) }
    if leavesOut { leavesSomebody = true }
  }

  /// The round is over.
  /// - Parameter isAlone: whether every other cohort is exhausted.
  /// - Returns: whether there is nobody to go round for any more.
  mutating func end(isAlone: Bool, at now: ContinuousClock.Instant) -> Bool {
    if isAlone, isWhole, !leavesSomebody { return true }
    // One that was not whole is made up for at once.
    dueAt = isWhole ? now + Self.rest : nil
    return false
  }
}
