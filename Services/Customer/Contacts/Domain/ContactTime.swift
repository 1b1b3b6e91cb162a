import Contracts

/// Instants as contacts show them: "2020-01-22T15:24:00+00:00", with six digits of a second where they are not all zero.
enum ContactTime {
  /// - Parameter microseconds: since 1970.
  static func text(_ microseconds: Int64) -> String {
    let precision: Timestamp.Precision = microseconds % 1_000_000 == 0 ? .seconds : .microseconds
    return String(Timestamp.format(microseconds: microseconds, precision).dropLast()) + "+00:00"
  }

  /// A query's instant: with a zone, or without one as UTC; a "+" that a URL has made a space is one again; a day alone is
  /// its first instant.
  static func microseconds(_ text: String) -> Int64? {
    var text = text
    if let space = text.lastIndex(of: " "), text[text.index(after: space)...].utf8.count == 5,
      text[..<space].utf8.count > 10
    {
      text.replaceSubrange(space...space, with: "+")
    }
    if text.utf8.count == 10 { text += "T00:00:00" }
    let forms = [text, text + "Z", text + ":00Z"].map { $0.replacing(" ", with: "T") }
    for form in forms {
      if let value = try? Timestamp.parseMicroseconds(form) { return value }
    }
    return nil
  }
}
