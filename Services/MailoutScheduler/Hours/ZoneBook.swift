import Foundation

/// The zones of the tz database, as Foundation's own copy has them. The one place that asks it.
enum ZoneBook {
  /// The release of that copy, such as "2025b".
  static var version: String { TimeZone.timeZoneDataVersion }

  /// A zone's offsets between two instants (seconds since 1970); nil for a name that is no zone.
  static func offsets(of name: String, from: Int64, through: Int64) -> ZoneOffsets? {
    guard let zone = TimeZone(identifier: name) else { return nil }
    var changes: [ZoneOffsets.Change] = []
    let initial = zone.secondsFromGMT(for: date(from))
    var offset = initial
    var instant = date(from)
    let end = date(through)
    while let next = zone.nextDaylightSavingTimeTransition(after: instant), next > instant, next <= end {
      let changed = zone.secondsFromGMT(for: next)
      // A zone may change its name alone.
      if changed != offset {
        changes.append(ZoneOffsets.Change(at: Int64(next.timeIntervalSince1970.rounded()), offset: changed))
      }
      offset = changed
      instant = next
    }
    return ZoneOffsets(initial: initial, changes: changes)
  }

  /// Not so are "GMT+3" and its like, which Foundation knows besides.
  static func isZone(_ name: String) -> Bool {
    name == "UTC" || TimeZone(identifier: name)?.identifier == name
  }

  private static func date(_ seconds: Int64) -> Date { Date(timeIntervalSince1970: TimeInterval(seconds)) }
}
