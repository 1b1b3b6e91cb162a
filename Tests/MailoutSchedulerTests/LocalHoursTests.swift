import Foundation
import TestSupport
import Testing

@testable import MailoutScheduler

struct LocalHoursTests {
  private let berlin = ZoneOffsets(
    initial: 3600,
    changes: [
      .init(at: 1_774_746_000, offset: 7200),  // 2026-03-29 01:00 UTC: 02:00 becomes 03:00
      .init(at: 1_792_890_000, offset: 3600),  // 2026-10-25 01:00 UTC: 03:00 becomes 02:00
    ])

  private func window(_ from: String, _ to: String) -> LocalWindow {
    LocalWindow(from: LocalWindow.parse(from) ?? -1, to: LocalWindow.parse(to) ?? -1)!
  }

  @Test func timesOfDay() {
    #expect(LocalWindow.parse("09:00") == 32_400)
    #expect(LocalWindow.parse("00:00") == 0)
    #expect(LocalWindow.parse("23:59") == 86_340)
    for wrong in ["24:00", "9:00", "09:60", "09-00", "+9:00", "09:+1", "", "09:00:00"] {
      #expect(LocalWindow.parse(wrong) == nil, "\(wrong)")
    }
    #expect(LocalWindow.format(32_460) == "09:01")
    #expect(LocalWindow(from: 60, to: 60) == nil)
  }

  @Test func anOrdinaryDay() {
    let day = window("09:00", "21:00")
    let nine: Int64 = 1_768_464_000  // 2026-01-15 08:00 UTC
    #expect(LocalHours(day, at: nine - 1, in: berlin) == .closed(until: nine))
    #expect(LocalHours(day, at: nine, in: berlin) == .open(until: nine + 43_200))
    #expect(LocalHours(day, at: nine + 43_199, in: berlin) == .open(until: nine + 43_200))
    #expect(LocalHours(day, at: nine + 43_200, in: berlin) == .closed(until: nine + 86_400))
  }

  @Test func overMidnight() {
    let night = window("22:00", "06:00")
    let ten: Int64 = 1_768_510_800  // 2026-01-15 21:00 UTC
    #expect(LocalHours(night, at: ten - 1, in: berlin) == .closed(until: ten))
    #expect(LocalHours(night, at: ten + 7200, in: berlin) == .open(until: ten + 28_800))
  }

  @Test func aWindowInsideTheSkippedHourDoesNotOpenThatDay() {
    let inside = window("02:15", "02:45")
    let change: Int64 = 1_774_746_000
    let dayBefore = change - 86_400 + 2700
    #expect(LocalHours(inside, at: dayBefore, in: berlin) == .closed(until: change + 86_400 - 3600 + 900))
    // One that begins inside opens when the clock is set past its start.
    #expect(LocalHours(window("02:15", "04:00"), at: change - 60, in: berlin) == .closed(until: change))
    #expect(LocalHours(window("02:15", "04:00"), at: change, in: berlin) == .open(until: change + 3600))
    // One that ends inside closes at that moment.
    #expect(LocalHours(window("01:00", "02:30"), at: change - 60, in: berlin) == .open(until: change))
  }

  @Test func aWindowInsideTheRepeatedHourOpensTwice() {
    let inside = window("02:15", "02:45")
    let change: Int64 = 1_792_890_000
    let first = change - 3600 + 900
    #expect(LocalHours(inside, at: first - 1, in: berlin) == .closed(until: first))
    #expect(LocalHours(inside, at: first, in: berlin) == .open(until: first + 1800))
    #expect(LocalHours(inside, at: first + 1800, in: berlin) == .closed(until: first + 3600))
    #expect(LocalHours(inside, at: first + 3600, in: berlin) == .open(until: first + 5400))
    // Open until just after 03:00 is shown for the first time, the hour is not closed and opened again.
    #expect(LocalHours(window("01:00", "04:00"), at: change - 1, in: berlin) == .open(until: change + 7200))
  }

  /// Every zone of the tz database round every change of its clocks from 1970 to 2037 (and by its rule to 2045), against
  /// the compiled zones of the system and the oracle. Where the two copies differ, a zone is held against the oracle with
  /// Foundation's own offsets instead. They may differ honestly: by their release; and, of one release, in the last
  /// century, for which distributions choose between two sets of data.
  @Test func everyZoneEveryChange() throws {
    let zi = try String(contentsOfFile: "/usr/share/zoneinfo/tzdata.zi", encoding: .utf8)
    let isSameRelease = zi.hasPrefix("# version \(ZoneBook.version)\n")
    let names = zi.split(separator: "\n").compactMap { line -> String? in
      let words = line.split(separator: " ")
      return words.first == "Z" ? String(words[1]) : words.first == "L" ? String(words[2]) : nil
    }
    #expect(names.count > 500)
    let (from, through) = (Int64(0), Int64(2_366_841_600))
    var random = SeededRandom(seed: 20_261_125)
    let century: Int64 = 946_684_800
    var cases = 0
    var (differing, recently) = ([String](), [String]())
    var wrong: [String] = []
    for name in names {
      let zone = try #require(ZoneBook.offsets(of: name, from: from, through: through), "\(name)")
      let system = try #require(TZif(name: name, through: 2045), "\(name)")
      let initial = system.changes.last { $0.at <= from }?.offset ?? system.initial
      var oracle = ZoneOffsets(
        initial: initial, changes: system.changes.filter { $0.at > from && $0.at <= through })
      if oracle != zone {
        differing.append(name)
        if oracle.changes.filter({ $0.at >= century }) != zone.changes.filter({ $0.at >= century }) {
          recently.append(name)
        }
        oracle = zone
      }
      let ordinary = (0..<8).map { _ in Int64.random(in: from..<through, using: &random) }
      for instant in zone.changes.map(\.at) + ordinary {
        for window in Self.windows(round: instant, in: oracle, &random) {
          cases += Self.compare(window, name, zone, oracle, round: instant, &wrong)
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count) wrong, such as \(wrong.prefix(5))")
    #expect(cases >= 1_000_000, "only \(cases) cases")
    #expect(differing.count < names.count / 10, "\(differing)")
    #expect(!isSameRelease || recently.isEmpty, "\(recently)")
  }

  /// Windows that the change of the clocks hits, and one over midnight.
  private static func windows(round instant: Int64, in zone: ZoneOffsets, _ random: inout SeededRandom) -> [LocalWindow]
  {
    let before = Int((instant - 1 + Int64(zone.span(at: instant - 1).offset) + 864_000_000) % 86_400) + 1
    let from = (before + [-5400, -1800, 0, 900, 1800, 3600].randomElement(using: &random)!) / 60 * 60
    let length = [900, 1800, 3600, 28_800, 82_800].randomElement(using: &random)!
    let late = 60 * Int.random(in: 1080..<1440, using: &random)
    return [
      LocalWindow(from: (from + 86_400) % 86_400, to: (from + 86_400 + length) % 86_400),
      LocalWindow(from: late, to: 60 * Int.random(in: 0..<600, using: &random)),
    ].compactMap { $0 }
  }

  /// Both sides of every boundary within two days, and the middle between.
  private static func compare(
    _ window: LocalWindow, _ name: String, _ zone: ZoneOffsets, _ oracle: ZoneOffsets, round instant: Int64,
    _ wrong: inout [String]
  ) -> Int {
    let open = OpenTimes.intervals(
      window, oracle.initial, oracle.changes, from: instant - 3 * 86_400, to: instant + 4 * 86_400)
    var cases = 0
    func check(_ instant: Int64, _ expected: LocalHours) {
      cases += 1
      let found = LocalHours(window, at: instant, in: zone)
      if found != expected { wrong.append("\(name) \(window) at \(instant): \(found), not \(expected)") }
    }
    // The first and the last are cut off by the ends of the stretch.
    for index in 1..<max(1, open.count - 1) {
      let (now, next) = (open[index], open[index + 1].lowerBound)
      check(now.lowerBound - 1, .closed(until: now.lowerBound))
      check(now.lowerBound, .open(until: now.upperBound))
      check((now.lowerBound + now.upperBound) / 2, .open(until: now.upperBound))
      check(now.upperBound - 1, .open(until: now.upperBound))
      check(now.upperBound, .closed(until: next))
      check((now.upperBound + next) / 2, .closed(until: next))
    }
    return cases
  }
}
