import FoundationEssentials

/// Instants on the wire: RFC 3339 with a zone, to the microsecond.
///
/// Reading takes any zone and up to nine fraction digits (what is finer than a microsecond is cut off); writing is
/// always UTC with `Z`.
public enum Timestamp {
  /// How many fraction digits are written.
  public enum Precision: Sendable {
    case seconds
    case milliseconds
    case microseconds
  }

  /// Microseconds since 1970-01-01T00:00:00Z, the nearest to `date`, held within the years 0001 to 9999.
  public static func microseconds(_ date: Date) -> Int64 {
    let value = (date.timeIntervalSince1970 * 1e6).rounded()
    return held(Int64(exactly: value) ?? (value < 0 ? Int64.min : Int64.max))
  }

  /// The instant so many microseconds after 1970-01-01T00:00:00Z, exact to the microsecond.
  public static func date(microseconds: Int64) -> Date { Date(timeIntervalSince1970: Double(microseconds) / 1e6) }

  /// Reads `2025-03-30T01:59:59.123456789+02:00`. Strict: `T`, seconds and a zone must be there.
  public static func parse(_ text: some StringProtocol) throws(TimestampError) -> Date {
    date(microseconds: try parseMicroseconds(text))
  }

  /// As `parse`, in microseconds since 1970-01-01T00:00:00Z.
  public static func parseMicroseconds(_ text: some StringProtocol) throws(TimestampError) -> Int64 {
    var reader = TimestampReader(text)
    return try reader.read()
  }

  /// `2025-03-30T00:59:59.123456Z`. What is finer than `precision` is cut off: the text is never after the instant.
  public static func format(_ date: Date, _ precision: Precision = .microseconds) -> String {
    format(microseconds: microseconds(date), precision)
  }

  /// As `format`, from microseconds since 1970-01-01T00:00:00Z.
  public static func format(microseconds: Int64, _ precision: Precision = .microseconds) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(27)
    append(microseconds: microseconds, precision, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends what `format` answers, as ASCII.
  public static func append(microseconds: Int64, _ precision: Precision = .microseconds, to bytes: inout [UInt8]) {
    let (second, fraction) = held(microseconds).flooredDivision(by: 1_000_000)
    let (day, secondOfDay) = second.flooredDivision(by: 86_400)
    let (year, month, dayOfMonth) = CivilDay.components(ofDay: day)
    bytes.append(year, digits: 4, then: "-")
    bytes.append(month, digits: 2, then: "-")
    bytes.append(dayOfMonth, digits: 2, then: "T")
    bytes.append(secondOfDay / 3600, digits: 2, then: ":")
    bytes.append(secondOfDay / 60 % 60, digits: 2, then: ":")
    switch precision {
    case .seconds:
      bytes.append(secondOfDay % 60, digits: 2, then: "Z")
    case .milliseconds:
      bytes.append(secondOfDay % 60, digits: 2, then: ".")
      bytes.append(fraction / 1000, digits: 3, then: "Z")
    case .microseconds:
      bytes.append(secondOfDay % 60, digits: 2, then: ".")
      bytes.append(fraction, digits: 6, then: "Z")
    }
  }

  /// 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999999Z, which four digits of year can tell.
  static let range = start(ofYear: 1)...start(ofYear: 10_000) - 1

  private static func start(ofYear year: Int64) -> Int64 {
    CivilDay.number(year: year, month: 1, day: 1) * 86_400_000_000
  }

  private static func held(_ microseconds: Int64) -> Int64 {
    min(max(microseconds, range.lowerBound), range.upperBound)
  }
}

extension Int64 {
  /// Quotient and remainder, the remainder never negative.
  fileprivate func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}

extension [UInt8] {
  fileprivate mutating func append(_ value: Int64, digits: Int, then separator: Unicode.Scalar) {
    var divisor: Int64 = 1
    for _ in 1..<digits { divisor *= 10 }
    while divisor > 0 {
      append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / divisor % 10))
      divisor /= 10
    }
    append(UInt8(ascii: separator))
  }
}
