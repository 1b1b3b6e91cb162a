/// What the clocks of one time zone show: its offset from UTC, and the instants at which that changes.
struct ZoneOffsets: Sendable, Equatable {
  struct Change: Sendable, Equatable {
    /// Seconds since 1970.
    var at: Int64
    /// Seconds east of UTC from then on.
    var offset: Int
  }

  /// Before the first change.
  let initial: Int
  /// In ascending order.
  let changes: [Change]

  /// Seconds east of UTC at an instant, and the change that ends it; nil where none is known.
  func span(at instant: Int64) -> (offset: Int, next: Change?) {
    var (low, high) = (0, changes.count)
    while low < high {
      let middle = (low + high) / 2
      if changes[middle].at <= instant { low = middle + 1 } else { high = middle }
    }
    return (low == 0 ? initial : changes[low - 1].offset, low < changes.count ? changes[low] : nil)
  }

  static let utc = ZoneOffsets(initial: 0, changes: [])
}
