/// Whether a window is open in a zone at an instant, and until when that holds.
///
/// Nothing but the customer's own clock counts: an hour that daylight saving skips is never shown, so a window inside it
/// does not open that day; one that is shown twice opens twice.
enum LocalHours: Sendable, Equatable {
  /// Up to, and not at, the instant; seconds since 1970.
  case open(until: Int64)
  case closed(until: Int64)

  /// - Parameter instant: seconds since 1970; a fraction of a second changes nothing.
  init(_ window: LocalWindow, at instant: Int64, in zone: ZoneOffsets) {
    var (offset, next) = zone.span(at: instant)
    let isOpen = window.contains(Self.second(instant, offset))
    var start = instant
    while true {
      let boundary = start + Int64(window.untilBoundary(Self.second(start, offset)))
      // Where the clock is set before it shows the boundary, what it shows then decides.
      guard let change = next, change.at <= boundary else {
        self = isOpen ? .open(until: boundary) : .closed(until: boundary)
        return
      }
      start = change.at
      (offset, next) = zone.span(at: start)
      if window.contains(Self.second(start, offset)) != isOpen {
        self = isOpen ? .open(until: start) : .closed(until: start)
        return
      }
    }
  }

  /// Seconds after local midnight.
  private static func second(_ instant: Int64, _ offset: Int) -> Int {
    let second = Int((instant + Int64(offset)) % Int64(LocalWindow.day))
    return second < 0 ? second + LocalWindow.day : second
  }
}
