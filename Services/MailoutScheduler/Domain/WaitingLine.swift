/// Mailouts that wait for room at a provider, in the order in which they came: where there are more of them than can have
/// work out at once, each has its turn.
struct WaitingLine: Sendable {
  private struct Place {
    var since: ContinuousClock.Instant
    var asked: ContinuousClock.Instant
  }

  /// Whoever has not asked for so long does not wait any more.
  static let patience: Duration = .seconds(2)

  private var places: [Int64: Place] = [:]

  var count: Int { places.count }

  /// Whether a mailout may go, which then leaves the line; else it stays where it stands, or joins at the end.
  /// - Parameter free: for how many there is room.
  mutating func mayGo(_ mailout: Int64, free: Int, now: ContinuousClock.Instant) -> Bool {
    let since = places[mailout]?.since ?? now
    let isFirst = places.count { $0.key != mailout && Self.isBefore($0.value, since, now) } < free
    places[mailout] = isFirst ? nil : Place(since: since, asked: now)
    return isFirst
  }

  /// Forgets those who do not ask any more.
  mutating func tidy(now: ContinuousClock.Instant) {
    places = places.filter { $0.value.asked.duration(to: now) < Self.patience }
  }

  private static func isBefore(
    _ place: Place, _ since: ContinuousClock.Instant, _ now: ContinuousClock.Instant
  ) -> Bool {
    place.since < since && place.asked.duration(to: now) < patience
  }
}
