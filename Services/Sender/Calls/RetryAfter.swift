import Contracts

/// The header Retry-After (RFC 9110): seconds, or an HTTP date.
enum RetryAfter {
  /// Longer is as good as never; a mailout's end comes first.
  private static let most: Int64 = 86_400

  /// - Parameter now: microseconds since 1970.
  /// - Returns: how long to wait, not negative; nil for what cannot be read.
  static func read(_ value: String?, now: Int64) -> Duration? {
    guard let value else { return nil }
    if let seconds = Int64(value) { return seconds >= 0 ? .seconds(min(seconds, most)) : nil }
    guard let date = date(value) else { return nil }
    return .microseconds(min(max(date - now, 0), most * 1_000_000))
  }

  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// `Sun, 06 Nov 1994 08:49:37 GMT`, the one form that servers may still send.
  private static func date(_ text: String) -> Int64? {
    let parts = text.split(separator: " ")
    guard parts.count == 6, parts[5] == "GMT", parts[1].utf8.count == 2,
      let month = months.firstIndex(where: { $0 == parts[2] })
    else { return nil }
    let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
    return try? Timestamp.parseMicroseconds("\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z")
  }
}
