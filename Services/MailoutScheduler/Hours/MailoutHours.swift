/// The local hours of one mailout in every zone its customers have.
struct MailoutHours: Sendable {
  private let window: LocalWindow
  private let fallback: String
  private let range: ClosedRange<Int64>
  private var zones: [String: ZoneOffsets] = [:]

  /// - Parameters:
  ///   - fallback: the zone of customers without one, or with one that nobody knows; nil for UTC.
  ///   - range: the life of the mailout, seconds since 1970.
  init(_ window: LocalWindow, fallback: String?, range: ClosedRange<Int64>) {
    self.window = window
    self.fallback = fallback ?? "UTC"
    self.range = range
  }

  mutating func at(_ instant: Int64, in timezone: String?) -> LocalHours {
    LocalHours(window, at: instant, in: zone(timezone ?? fallback))
  }

  private mutating func zone(_ name: String) -> ZoneOffsets {
    if let known = zones[name] { return known }
    // A day more on each side: an answer reaches beyond the mailout's end.
    let (from, through) = (range.lowerBound - 86_400, range.upperBound + 3 * 86_400)
    let offsets =
      ZoneBook.offsets(of: name, from: from, through: through)
      ?? ZoneBook.offsets(of: fallback, from: from, through: through) ?? .utc
    zones[name] = offsets
    return offsets
  }
}
