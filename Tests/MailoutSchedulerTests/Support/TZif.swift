import Foundation

@testable import MailoutScheduler

/// A compiled zone of the system (RFC 9636), read by the test itself: nothing of Foundation's zones is used.
struct TZif {
  var initial = 0
  var changes: [ZoneOffsets.Change] = []

  private let bytes: [UInt8]
  private var position = 0

  /// - Parameter through: how far the rule in its footer is carried on, as a year.
  init?(name: String, through year: Int) {
    guard let data = FileManager.default.contents(atPath: "/usr/share/zoneinfo/\(name)") else { return nil }
    bytes = [UInt8](data)
    guard bytes.starts(with: Array("TZif".utf8)), bytes[4] >= UInt8(ascii: "2") else { return nil }
    skipBlock(timeSize: 4)
    readBlock()
    let footer = String(decoding: bytes[(position + 1)..<(bytes.count - 1)], as: UTF8.self)
    guard !footer.isEmpty else { return }
    guard let rule = PosixZone(footer) else { return nil }
    extend(by: rule, through: year)
  }

  private struct Counts {
    var utc, standard, leap, time, type, character: Int
  }

  private mutating func counts() -> Counts {
    position += 20
    let values = (0..<6).map { _ in Int(integer(4)) }
    return Counts(
      utc: values[0], standard: values[1], leap: values[2], time: values[3], type: values[4], character: values[5])
  }

  private mutating func skipBlock(timeSize: Int) {
    let counts = counts()
    position += counts.time * (timeSize + 1) + counts.type * 6 + counts.character + counts.leap * (timeSize + 4)
    position += counts.standard + counts.utc
  }

  private mutating func readBlock() {
    let counts = counts()
    let times = (0..<counts.time).map { _ in integer(8) }
    let indices = (0..<counts.time).map { _ in Int(integer(1)) }
    let offsets = (0..<counts.type).map { _ in
      defer { position += 2 }
      return Int(Int32(truncatingIfNeeded: integer(4)))
    }
    position += counts.character + counts.leap * 12 + counts.standard + counts.utc
    initial = offsets[0]
    for (time, index) in zip(times, indices) { add(time, offsets[index]) }
  }

  /// Big-endian; negative where eight bytes say so.
  private mutating func integer(_ size: Int) -> Int64 {
    defer { position += size }
    return bytes[position..<(position + size)].reduce(0) { $0 << 8 | Int64($1) }
  }

  private mutating func add(_ time: Int64, _ offset: Int) {
    if offset != changes.last?.offset ?? initial { changes.append(ZoneOffsets.Change(at: time, offset: offset)) }
  }

  private mutating func extend(by rule: PosixZone, through year: Int) {
    let last = changes.last?.at ?? 0
    for year in 1970...year {
      for change in rule.changes(in: year).sorted(by: { $0.at < $1.at }) where change.at > last {
        add(change.at, change.offset)
      }
    }
  }
}

/// A zone's rule as POSIX writes it: "IST-1GMT0,M10.5.0,M3.5.0/1". Only rules by month, week and day are in use.
struct PosixZone {
  private struct Rule {
    var month, week, weekday, second: Int
  }

  private let standard: Int
  private let daylight: Int
  private let start: Rule?
  private let end: Rule?

  init?(_ text: String) {
    var rest = Substring(text)
    guard Self.name(&rest), let standard = Self.time(&rest) else { return nil }
    self.standard = -standard
    guard !rest.isEmpty else {
      (daylight, start, end) = (-standard, nil, nil)
      return
    }
    guard Self.name(&rest) else { return nil }
    daylight = rest.hasPrefix(",") ? -standard + 3600 : -(Self.time(&rest) ?? 0)
    guard let start = Self.rule(&rest), let end = Self.rule(&rest), rest.isEmpty else { return nil }
    (self.start, self.end) = (start, end)
  }

  func changes(in year: Int) -> [ZoneOffsets.Change] {
    guard let start, let end else { return [] }
    return [
      ZoneOffsets.Change(at: Self.local(start, year) - Int64(standard), offset: daylight),
      ZoneOffsets.Change(at: Self.local(end, year) - Int64(daylight), offset: standard),
    ]
  }

  private static func name(_ rest: inout Substring) -> Bool {
    if rest.hasPrefix("<") {
      guard let close = rest.firstIndex(of: ">") else { return false }
      rest = rest[rest.index(after: close)...]
      return true
    }
    let letters = rest.prefix(while: \.isLetter)
    rest = rest[letters.endIndex...]
    return !letters.isEmpty
  }

  /// "-3", "5:30", "-1:30:15", in seconds.
  private static func time(_ rest: inout Substring) -> Int? {
    let text = rest.prefix { $0.isNumber || "+-:".contains($0) }
    rest = rest[text.endIndex...]
    let parts = text.drop { "+-".contains($0) }.split(separator: ":").compactMap { Int($0) }
    guard !parts.isEmpty else { return nil }
    let seconds = zip(parts, [3600, 60, 1]).reduce(0) { $0 + $1.0 * $1.1 }
    return text.hasPrefix("-") ? -seconds : seconds
  }

  /// ",M3.5.0/-1".
  private static func rule(_ rest: inout Substring) -> Rule? {
    guard rest.hasPrefix(",M") else { return nil }
    rest = rest.dropFirst(2)
    let text = rest.prefix { $0.isNumber || $0 == "." }
    rest = rest[text.endIndex...]
    let parts = text.split(separator: ".").compactMap { Int($0) }
    guard parts.count == 3 else { return nil }
    var second = 7200
    if rest.hasPrefix("/") {
      rest = rest.dropFirst()
      guard let time = time(&rest) else { return nil }
      second = time
    }
    return Rule(month: parts[0], week: parts[1], weekday: parts[2], second: second)
  }

  private static func local(_ rule: Rule, _ year: Int) -> Int64 {
    let first = day(year, rule.month)
    // 1970-01-01 was a Thursday.
    let weekday = (first % 7 + 4) % 7
    var day = first + (rule.weekday - weekday + 7) % 7 + (rule.week - 1) * 7
    let next = rule.month == 12 ? Self.day(year + 1, 1) : Self.day(year, rule.month + 1)
    while day >= next { day -= 7 }
    return Int64(day) * 86_400 + Int64(rule.second)
  }

  /// Days since 1970 of a month's first day, counted.
  private static func day(_ year: Int, _ month: Int) -> Int {
    func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }
    let years = (1970..<year).reduce(0) { $0 + (isLeap($1) ? 366 : 365) }
    let lengths = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return years + lengths[..<(month - 1)].reduce(0, +)
  }
}
