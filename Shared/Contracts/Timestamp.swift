import FoundationEssentials

/// RFC 3339 instants. A zone is required; what is written is UTC with microseconds.
public enum Timestamp {
  /// What is wrong with a text that should be an instant.
  public struct Fault: Error, Sendable, CustomStringConvertible {
    public let description: String
  }

  /// Microseconds since 1970, as the wire's hot paths carry instants.
  public static func microseconds(_ date: Date) -> Int64 {
    Int64((date.timeIntervalSince1970 * 1_000_000).rounded())
  }

  public static func date(microseconds: Int64) -> Date {
    Date(timeIntervalSince1970: Double(microseconds) / 1_000_000)
  }

  /// "2026-11-21T02:59:00.000000Z".
  public static func format(_ date: Date) -> String { format(microseconds: microseconds(date)) }

  /// "2026-11-21T02:59:00.000000Z".
  public static func format(microseconds: Int64) -> String {
    let (seconds, fraction) = microseconds.floorDivided(by: 1_000_000)
    let (days, second) = seconds.floorDivided(by: 86_400)
    let (year, month, day) = CivilDate.from(days: days)
    var text: [UInt8] = []
    text.reserveCapacity(27)
    func put(_ value: Int64, width: Int, _ separator: UInt8) {
      var divisor: Int64 = 1
      for _ in 1..<width { divisor *= 10 }
      while divisor > 0 {
        text.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
        divisor /= 10
      }
      text.append(separator)
    }
    put(year, width: 4, UInt8(ascii: "-"))
    put(month, width: 2, UInt8(ascii: "-"))
    put(day, width: 2, UInt8(ascii: "T"))
    put(second / 3600, width: 2, UInt8(ascii: ":"))
    put(second / 60 % 60, width: 2, UInt8(ascii: ":"))
    put(second % 60, width: 2, UInt8(ascii: "."))
    put(fraction, width: 6, UInt8(ascii: "Z"))
    return String(decoding: text, as: UTF8.self)
  }

  /// Reads "2026-11-21T02:59:00Z", with a fraction and any offset; lower-case "t", "z" and a space for "T" as RFC 3339
  /// allows. A fraction finer than microseconds is cut.
  public static func parse(_ text: String) throws(Fault) -> Date {
    Date(timeIntervalSince1970: Double(try parseMicroseconds(text)) / 1_000_000)
  }

  /// As `parse`, in microseconds since 1970.
  public static func parseMicroseconds(_ text: String) throws(Fault) -> Int64 {
    var scanner = Scanner(bytes: Array(text.utf8))
    let year = try scanner.number(4, "year", 1...9999)
    try scanner.skip("-")
    let month = try scanner.number(2, "month", 1...12)
    try scanner.skip("-")
    let day = try scanner.number(2, "day", 1...CivilDate.days(inMonth: month, of: year))
    try scanner.skip("Tt ")
    let hour = try scanner.number(2, "hour", 0...23)
    try scanner.skip(":")
    let minute = try scanner.number(2, "minute", 0...59)
    try scanner.skip(":")
    let second = try scanner.number(2, "second", 0...59)
    let fraction = try scanner.fraction()
    let offset = try scanner.offset()
    try scanner.end()
    let seconds = CivilDate.days(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + second
    return (seconds - offset) * 1_000_000 + fraction
  }

  private struct Scanner {
    let bytes: [UInt8]
    var index = 0

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    mutating func number(_ width: Int, _ name: String, _ range: ClosedRange<Int64>) throws(Fault) -> Int64 {
      var value: Int64 = 0
      for _ in 0..<width {
        guard let digit = next, (0x30...0x39).contains(digit) else { throw shape }
        value = value * 10 + Int64(digit - 0x30)
        index += 1
      }
      guard range.contains(value) else {
        throw Fault(description: "has no such \(name): \(value) is not in \(range.lowerBound)…\(range.upperBound)")
      }
      return value
    }

    mutating func skip(_ allowed: String) throws(Fault) {
      guard let byte = next, allowed.utf8.contains(byte) else { throw shape }
      index += 1
    }

    /// Microseconds.
    mutating func fraction() throws(Fault) -> Int64 {
      guard next == UInt8(ascii: ".") else { return 0 }
      index += 1
      var value: Int64 = 0
      var digits = 0
      while let digit = next, (0x30...0x39).contains(digit) {
        if digits < 6 { value = value * 10 + Int64(digit - 0x30) }
        digits += 1
        index += 1
      }
      guard (1...30).contains(digits) else { throw shape }
      for _ in min(digits, 6)..<6 { value *= 10 }
      return value
    }

    /// Seconds east of UTC.
    mutating func offset() throws(Fault) -> Int64 {
      guard let sign = next else {
        throw Fault(description: "needs a zone: write a Z for UTC, or an offset like +03:00, at its end")
      }
      index += 1
      switch sign {
      case UInt8(ascii: "Z"), UInt8(ascii: "z"): return 0
      case UInt8(ascii: "+"), UInt8(ascii: "-"):
        let hours = try number(2, "offset hour", 0...23)
        try skip(":")
        let minutes = try number(2, "offset minute", 0...59)
        return (hours * 3600 + minutes * 60) * (sign == UInt8(ascii: "+") ? 1 : -1)
      default: throw shape
      }
    }

    func end() throws(Fault) {
      guard next == nil else { throw shape }
    }

    private var shape: Fault {
      Fault(description: "must be an RFC 3339 instant with a zone, like 2026-11-21T09:00:00Z")
    }
  }
}

/// Days since 1970 in the proleptic Gregorian calendar (Howard Hinnant's algorithm).
enum CivilDate {
  static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let year = month <= 2 ? year - 1 : year
    let (era, yearOfEra) = year.floorDivided(by: 400)
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  static func from(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, dayOfEra) = (days + 719_468).floorDivided(by: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }

  static func days(inMonth month: Int64, of year: Int64) -> Int64 {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    default: 31
    }
  }
}

extension Int64 {
  /// Quotient rounded down, and the remainder that is never negative.
  func floorDivided(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let remainder = (self % divisor + divisor) % divisor
    return ((self - remainder) / divisor, remainder)
  }
}
