/// Reads one RFC 3339 timestamp from front to back.
struct TimestampReader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ text: some StringProtocol) {
    bytes = Array(text.utf8)
  }

  /// Microseconds since 1970-01-01T00:00:00Z.
  mutating func read() throws(TimestampError) -> Int64 {
    let year = try number(digits: 4)
    try expect("-")
    let month = try number(digits: 2)
    try expect("-")
    let day = try number(digits: 2)
    try expect("T", or: "t")
    let hour = try number(digits: 2)
    try expect(":")
    let minute = try number(digits: 2)
    try expect(":")
    let second = try number(digits: 2)
    let microsecond = try fraction()
    let offsetMinutes = try zone()
    guard position == bytes.count else { throw syntax("there is something after the zone") }

    try check(year, 1...9999, "year")
    try check(month, 1...12, "month")
    try check(day, 1...CivilDay.count(year: year, month: month), "day")
    try check(hour, 0...23, "hour")
    try check(minute, 0...59, "minute")
    if second == 60 {
      throw TimestampError(code: .leapSecond, message: "has second 60: leap seconds are not accepted")
    }
    try check(second, 0...59, "second")
    let days = CivilDay.number(year: year, month: month, day: day)
    let seconds = ((days * 24 + hour) * 60 + minute - offsetMinutes) * 60 + second
    let total = seconds * 1_000_000 + microsecond
    guard Timestamp.range.contains(total) else {
      throw TimestampError(code: .range, message: "has a year that is not between 0001 and 9999 in UTC")
    }
    return total
  }

  private mutating func fraction() throws(TimestampError) -> Int64 {
    guard position < bytes.count, bytes[position] == UInt8(ascii: ".") else { return 0 }
    position += 1
    var value: Int64 = 0
    var digits = 0
    while position < bytes.count, let digit = digit(at: position) {
      digits += 1
      if digits <= 6 { value = value * 10 + digit }
      position += 1
    }
    guard (1...9).contains(digits) else { throw syntax("a fraction has 1 to 9 digits") }
    for _ in 0..<max(0, 6 - digits) { value *= 10 }
    return value
  }

  /// Minutes east of UTC.
  private mutating func zone() throws(TimestampError) -> Int64 {
    guard position < bytes.count else {
      throw TimestampError(
        code: .zoneMissing, message: "needs a zone: end it with Z or an offset such as +02:00")
    }
    let sign = bytes[position]
    position += 1
    switch sign {
    case UInt8(ascii: "Z"), UInt8(ascii: "z"): return 0
    case UInt8(ascii: "+"), UInt8(ascii: "-"): break
    default: throw syntax("a zone is Z or an offset such as +02:00")
    }
    let hours = try number(digits: 2)
    try expect(":")
    let minutes = try number(digits: 2)
    try check(hours, 0...23, "hour of the offset")
    try check(minutes, 0...59, "minute of the offset")
    let offset = hours * 60 + minutes
    return sign == UInt8(ascii: "-") ? -offset : offset
  }

  private mutating func number(digits: Int) throws(TimestampError) -> Int64 {
    var value: Int64 = 0
    for _ in 0..<digits {
      guard position < bytes.count, let digit = digit(at: position) else {
        throw syntax("expected a digit at character \(position + 1)")
      }
      value = value * 10 + digit
      position += 1
    }
    return value
  }

  private func digit(at index: Int) -> Int64? {
    let byte = bytes[index]
    return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? Int64(byte - UInt8(ascii: "0")) : nil
  }

  private mutating func expect(_ first: Unicode.Scalar, or second: Unicode.Scalar? = nil) throws(TimestampError) {
    guard position < bytes.count,
      bytes[position] == UInt8(ascii: first) || second.map({ bytes[position] == UInt8(ascii: $0) }) == true
    else { throw syntax("expected \"\(first)\" at character \(position + 1)") }
    position += 1
  }

  private func check(_ value: Int64, _ range: ClosedRange<Int64>, _ name: String) throws(TimestampError) {
    guard range.contains(value) else {
      throw TimestampError(
        code: .range, message: "has \(name) \(value), which is not between \(range.lowerBound) and \(range.upperBound)")
    }
  }

  private func syntax(_ reason: String) -> TimestampError {
    TimestampError(code: .syntax, message: "must be an RFC 3339 timestamp like 2025-01-31T09:00:00Z: \(reason)")
  }
}
