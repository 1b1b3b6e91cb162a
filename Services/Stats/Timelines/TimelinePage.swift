import Contracts

/// Entries of two places, each in its own order, put together in the order of time. A value, tested without a server.
struct TimelinePage: Sendable, Equatable {
  private(set) var entries: [TimelineEntry] = []
  /// Where the next page starts; nil where there is none.
  private(set) var next: TimelineCursor?

  /// - Parameter limit: each place was asked for one more.
  init(_ happenings: [TimelineEntry], _ messages: [TimelineEntry], after: TimelineCursor, limit: Int) {
    var (left, right) = (happenings[...], messages[...])
    var cursor = after
    while entries.count < limit, let entry = Self.first(&left, &right) {
      entries.append(entry)
      cursor.pass(entry)
    }
    next = left.isEmpty && right.isEmpty ? nil : cursor
  }

  private static func first(
    _ left: inout ArraySlice<TimelineEntry>, _ right: inout ArraySlice<TimelineEntry>
  ) -> TimelineEntry? {
    guard let one = left.first else { return right.popFirst() }
    guard let other = right.first else { return left.popFirst() }
    return one.at <= other.at ? left.popFirst() : right.popFirst()
  }

  var json: JSON {
    ["items": .array(entries.map(\.json)), "next": next.map { .string($0.text) } ?? .null]
  }
}
