@testable import MailoutScheduler

/// The oracle of local hours: every day's window is laid onto every stretch of constant offset, and what touches is
/// joined. It knows nothing of boundaries ahead or of clocks being set.
enum OpenTimes {
  /// The maximal intervals in which the window is open, between two instants.
  static func intervals(
    _ window: LocalWindow, _ initial: Int, _ changes: [ZoneOffsets.Change], from: Int64, to: Int64
  ) -> [Range<Int64>] {
    let day: Int64 = 86_400
    let length = Int64(window.to) - Int64(window.from) + (window.to < window.from ? day : 0)
    var result: [Range<Int64>] = []
    var start = from
    var offset = Int64(changes.last { $0.at <= from }?.offset ?? initial)
    for change in changes.filter({ $0.at > from && $0.at < to }) + [ZoneOffsets.Change(at: to, offset: 0)] {
      let stretch = start..<change.at
      var local = ((stretch.lowerBound + offset) / day - 2) * day + Int64(window.from)
      while local - offset < stretch.upperBound {
        let open = ((local - offset)..<(local - offset + length)).clamped(to: stretch)
        if !open.isEmpty {
          if let last = result.last, last.upperBound == open.lowerBound {
            result[result.count - 1] = last.lowerBound..<open.upperBound
          } else {
            result.append(open)
          }
        }
        local += day
      }
      (start, offset) = (change.at, Int64(change.offset))
    }
    return result
  }
}
