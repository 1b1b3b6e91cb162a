import FoundationEssentials
import Testing

@testable import Contracts

@Suite struct TimestampTests {
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0),
    ("1970-01-01T00:00:00.000001Z", 1),
    ("1969-12-31T23:59:59.999999Z", -1),
    ("2025-03-30T01:59:59+02:00", 1_743_292_799_000_000),
    ("2025-03-29T23:59:59z", 1_743_292_799_000_000),
    ("2025-03-29t23:59:59-00:00", 1_743_292_799_000_000),
    ("2025-03-29T18:29:59-05:30", 1_743_292_799_000_000),
    ("2024-02-29T12:00:00.5Z", 1_709_208_000_500_000),
    ("2000-02-29T00:00:00Z", 951_782_400_000_000),
    ("2025-01-31T09:00:00.123456789Z", 1_738_314_000_123_456),
    ("2025-01-31T09:00:00.999999999Z", 1_738_314_000_999_999),
    ("0001-01-01T00:00:00Z", -62_135_596_800_000_000),
    ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
  ])
  func reads(text: String, microseconds: Int64) throws {
    #expect(try Timestamp.parseMicroseconds(text) == microseconds)
  }

  @Test(arguments: [
    ("", TimestampError.Code.syntax),
    ("now", .syntax),
    ("2025-01-31", .syntax),
    ("2025-01-31 09:00:00Z", .syntax),
    ("2025-01-31T09:00Z", .syntax),
    ("2025-1-31T09:00:00Z", .syntax),
    ("+2025-01-31T09:00:00Z", .syntax),
    ("2025-01-31T09:00:00.Z", .syntax),
    ("2025-01-31T09:00:00.1234567890Z", .syntax),
    ("2025-01-31T09:00:00,5Z", .syntax),
    ("2025-01-31T09:00:00+0200", .syntax),
    ("2025-01-31T09:00:00+02", .syntax),
    ("2025-01-31T09:00:00Z ", .syntax),
    (" 2025-01-31T09:00:00Z", .syntax),
    ("2025-01-31T09:00:00ZZ", .syntax),
    ("2025-01-31T09:00:00 Europe/Berlin", .syntax),
    ("２０２５-01-31T09:00:00Z", .syntax),
    ("2025-01-31T09:00:00", .zoneMissing),
    ("2025-01-31T09:00:00.123", .zoneMissing),
    ("2025-02-29T09:00:00Z", .range),
    ("1900-02-29T09:00:00Z", .range),
    ("2025-04-31T09:00:00Z", .range),
    ("2025-00-01T09:00:00Z", .range),
    ("2025-13-01T09:00:00Z", .range),
    ("2025-01-00T09:00:00Z", .range),
    ("2025-01-31T24:00:00Z", .range),
    ("2025-01-31T23:60:00Z", .range),
    ("2025-01-31T23:59:61Z", .range),
    ("2025-01-31T09:00:00+24:00", .range),
    ("2025-01-31T09:00:00+02:60", .range),
    ("0000-01-01T00:00:00Z", .range),
    ("0001-01-01T00:00:00+00:01", .range),
    ("9999-12-31T23:59:59-00:01", .range),
    ("2016-12-31T23:59:60Z", .leapSecond),
  ])
  func refuses(text: String, code: TimestampError.Code) {
    let error = #expect(throws: TimestampError.self) { try Timestamp.parse(text) }
    #expect(error?.code == code)
  }

  @Test func writesUTCAndCutsOff() {
    let instant: Int64 = 1_738_314_000_123_956
    #expect(Timestamp.format(microseconds: instant, .seconds) == "2025-01-31T09:00:00Z")
    #expect(Timestamp.format(microseconds: instant, .milliseconds) == "2025-01-31T09:00:00.123Z")
    #expect(Timestamp.format(microseconds: instant) == "2025-01-31T09:00:00.123956Z")
    #expect(Timestamp.format(microseconds: -1) == "1969-12-31T23:59:59.999999Z")
  }

  /// Every day of eight hundred years and back: the calendar has no gaps and no doubles.
  @Test func everyDayComesBack() {
    var previous = CivilDay.components(ofDay: -146_098)
    for day in Int64(-146_097)...146_097 {
      let now = CivilDay.components(ofDay: day)
      #expect(CivilDay.number(year: now.year, month: now.month, day: now.day) == day)
      let next =
        previous.day < CivilDay.count(year: previous.year, month: previous.month)
        ? (previous.year, previous.month, previous.day + 1)
        : previous.month < 12 ? (previous.year, previous.month + 1, 1) : (previous.year + 1, 1, 1)
      #expect(now == next)
      previous = now
    }
  }

  @Test(arguments: ["1970-01-01T00:00:00.000001Z", "2025-10-26T00:59:59.999999Z", "2099-12-31T23:59:59.123457Z"])
  func datesComeBackToTheMicrosecond(text: String) throws {
    #expect(Timestamp.format(try Timestamp.parse(text)) == text)
  }

  @Test func datesBeyondFourDigitsAreHeld() {
    #expect(Timestamp.format(Date(timeIntervalSince1970: 1e30)) == "9999-12-31T23:59:59.999999Z")
    #expect(Timestamp.format(Date(timeIntervalSince1970: -1e30)) == "0001-01-01T00:00:00.000000Z")
    #expect(Timestamp.format(microseconds: .max) == "9999-12-31T23:59:59.999999Z")
  }
}
