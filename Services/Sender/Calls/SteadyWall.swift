/// The time of day, which does not go back: a clock that is set back a little would let calls start after a mailout's
/// end. What is set back further was wrong before, and is believed.
struct SteadyWall: Sendable {
  /// Microseconds.
  private static let little: Int64 = 5_000_000

  private var anchor: Moment?

  /// - Parameter system: what the system's clocks say now.
  /// - Returns: the same with the steady time of day.
  mutating func read(_ system: Moment) -> Moment {
    guard let anchor else {
      self.anchor = system
      return system
    }
    let expected = anchor.wall + anchor.monotonic.duration(to: system.monotonic).wholeMicroseconds
    let behind = expected - system.wall
    // Ahead, or long ago: the new time counts. Rounding is no step.
    guard behind > 1, behind <= Self.little else {
      self.anchor = system
      return system
    }
    return Moment(wall: expected, monotonic: system.monotonic)
  }
}
