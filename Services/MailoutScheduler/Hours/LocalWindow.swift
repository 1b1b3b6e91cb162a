/// The hours of a customer's own day in which they may be written to: from its start up to, and not at, its end; over
/// midnight where the end is the earlier one.
struct LocalWindow: Sendable, Equatable {
  static let day = 86_400

  /// Seconds after midnight; never equal.
  let from: Int
  let to: Int

  /// nil for an empty window.
  init?(from: Int, to: Int) {
    guard from != to, (0..<Self.day).contains(from), (0..<Self.day).contains(to) else { return nil }
    self.from = from
    self.to = to
  }

  /// - Parameter second: of the local day, as its clock shows it.
  func contains(_ second: Int) -> Bool {
    from < to ? second >= from && second < to : second >= from || second < to
  }

  /// Seconds until the clock next shows the window's end (inside) or start (outside), were it never set.
  func untilBoundary(_ second: Int) -> Int {
    let rest = (contains(second) ? to : from) - second
    return rest > 0 ? rest : rest + Self.day
  }

  /// "09:00" as seconds after midnight; nil where it is no time of day.
  static func parse(_ text: String) -> Int? {
    let digits = Array(text.utf8)
    guard digits.count == 5, digits[2] == UInt8(ascii: ":"),
      let hour = Int(String(decoding: digits[0..<2], as: UTF8.self)), (0..<24).contains(hour),
      let minute = Int(String(decoding: digits[3..<5], as: UTF8.self)), (0..<60).contains(minute),
      digits.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") })
    else { return nil }
    return hour * 3600 + minute * 60
  }

  /// "09:00".
  static func format(_ second: Int) -> String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
    return "\(two(second / 3600)):\(two(second / 60 % 60))"
  }
}
