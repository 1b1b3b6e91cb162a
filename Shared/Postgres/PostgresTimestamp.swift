internal import FoundationEssentials

/// An instant as Postgres keeps it: microseconds since 2000-01-01 UTC; the extremes are its infinities.
struct PostgresTimestamp: Equatable {
  /// From 2000-01-01 to Foundation's reference date, 2001-01-01: seconds.
  private static let gap: Int64 = 366 * 86_400
  /// 4714-11-24 BC and the start of 294277: beyond them the server takes infinities only.
  private static let range: Range<Int64> = -211_813_488_000_000_000..<9_223_371_331_200_000_000

  let microseconds: Int64

  init(microseconds: Int64) { self.microseconds = microseconds }

  init(_ date: Date) {
    let exact = (date.timeIntervalSinceReferenceDate * 1_000_000).rounded()
    guard let shifted = Int64(exactly: exact)?.addingReportingOverflow(Self.gap * 1_000_000), !shifted.overflow,
      Self.range.contains(shifted.partialValue)
    else {
      microseconds = exact < 0 ? .min : .max
      return
    }
    microseconds = shifted.partialValue
  }

  var date: Date {
    if microseconds == .max { return .distantFuture }
    if microseconds == .min { return .distantPast }
    // Whole seconds apart from the fraction: a Double of microseconds would lose digits first.
    let (seconds, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    return Date(timeIntervalSinceReferenceDate: Double(seconds - Self.gap) + Double(rest) / 1_000_000)
  }

  /// As the server reads it: `2026-11-21 03:04:05.000678+00`.
  var text: String {
    if microseconds == .max { return "infinity" }
    if microseconds == .min { return "-infinity" }
    let day = Int64(86_400_000_000)
    let days = microseconds >= 0 ? microseconds / day : (microseconds + 1) / day - 1
    let (year, month, dayOfMonth) = Self.civil(days: days + 10_957)
    var rest = microseconds - days * day
    let micro = Self.padded(rest % 1_000_000, 6)
    rest /= 1_000_000
    let clock = [rest / 3600, rest / 60 % 60, rest % 60].map { Self.padded($0, 2) }.joined(separator: ":")
    let calendarYear = Self.padded(year > 0 ? year : 1 - year, 4)
    let date = "\(calendarYear)-\(Self.padded(month, 2))-\(Self.padded(dayOfMonth, 2))"
    return "\(date) \(clock).\(micro)+00\(year > 0 ? "" : " BC")"
  }

  /// The proleptic Gregorian date of a day counted from 1970-01-01 (Howard Hinnant's `civil_from_days`).
  private static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
