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
}
