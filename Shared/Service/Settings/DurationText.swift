/// Durations as people write them: a whole number and a unit.
public enum DurationText {
  private static let units: [(suffix: String, milliseconds: Int64)] = [
    ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000),
  ]

  /// `500ms`, `30s`, `5m`, `1h`; nil for anything else.
  public static func parse(_ text: String) -> Duration? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int64(digits), let unit = units.first(where: { $0.suffix == text.dropFirst(digits.count) })
    else { return nil }
    let (milliseconds, overflow) = number.multipliedReportingOverflow(by: unit.milliseconds)
    return overflow ? nil : .milliseconds(milliseconds)
  }

  /// In the largest unit that leaves a whole number; what is finer than a millisecond is cut off.
  public static func format(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    guard let unit = units.last(where: { milliseconds != 0 && milliseconds % $0.milliseconds == 0 }) else {
      return "0s"
    }
    return "\(milliseconds / unit.milliseconds)\(unit.suffix)"
  }
}
