import Contracts
import FoundationEssentials
import Testing

@testable import MailoutScheduler

struct CohortPlanTests {
  private func cohort(_ id: Int64, _ kind: Cohort.Kind, _ zone: String? = nil) -> Cohort {
    Cohort(id: id, kind: kind, timezone: zone, cursor: 0)
  }

  private func next(_ cohorts: [Cohort], _ hours: [String: LocalHours]) -> CohortPlan {
    CohortPlan.next(cohorts, end: 10_000) { hours[$0 ?? "rest"] ?? .closed(until: 9_999) }
  }

  @Test func withoutLocalHoursTheHourDoesNotMatter() {
    #expect(next([cohort(1, .all)], [:]) == .issue(cohort(1, .all), closesAt: nil))
    #expect(next([], [:]) == .done)
  }

  @Test func ofThoseThatAreOpenTheOneThatClosesFirst() {
    let cohorts = [cohort(1, .zone, "A"), cohort(2, .zone, "B"), cohort(3, .rest), cohort(4, .closing)]
    let plan = next(cohorts, ["A": .open(until: 300), "B": .open(until: 200), "rest": .open(until: 250)])
    #expect(plan == .issue(cohorts[1], closesAt: 200))
    #expect(next(cohorts, ["A": .open(until: 300)]) == .issue(cohorts[0], closesAt: 300))
  }

  @Test func whereNoneIsOpenTheNextOpeningIsWaitedFor() {
    let cohorts = [cohort(1, .zone, "A"), cohort(3, .rest), cohort(4, .closing)]
    #expect(next(cohorts, ["A": .closed(until: 70), "rest": .closed(until: 50)]) == .wait(until: 50))
  }

  @Test func theClosingPassComesLast() {
    #expect(next([cohort(4, .closing)], [:]) == .issue(cohort(4, .closing), closesAt: nil))
    #expect(next([cohort(4, .closing), cohort(1, .zone, "A")], [:]) == .wait(until: 9_999))
  }

  /// Who has left a zone that does not open before the end is looked for without it.
  @Test func aZoneThatDoesNotOpenBeforeTheEndHoldsUpNobody() {
    let cohorts = [cohort(4, .closing), cohort(1, .zone, "A"), cohort(2, .zone, "B")]
    for opening: Int64 in [10_000, 20_000] {
      let hours = ["A": LocalHours.closed(until: opening), "B": .closed(until: 30_000)]
      #expect(next(cohorts, hours) == .issue(cohorts[0], closesAt: nil))
      // Between two rounds, and without a closing pass, the end is waited for: it may be moved.
      let resting = CohortPlan.next(cohorts, end: 10_000, isClosingDue: false) { hours[$0 ?? ""] ?? .closed(until: 0) }
      #expect(resting == .wait(until: 10_000))
      #expect(next(Array(cohorts.dropFirst()), hours) == .wait(until: 10_000))
      // One that does is waited for first.
      #expect(next(cohorts + [cohort(5, .rest)], hours) == .wait(until: 9_999))
    }
  }

  @Test func zonesNobodyKnowsHaveTheDefaultsHours() {
    let night = LocalWindow(from: 0, to: 60)!
    var hours = MailoutHours(night, fallback: "Asia/Tokyo", range: 0...100_000)
    let tokyoMidnight: Int64 = 15 * 3600
    #expect(hours.at(tokyoMidnight, in: nil) == .open(until: tokyoMidnight + 60))
    #expect(hours.at(tokyoMidnight, in: "Mars/Olympus") == .open(until: tokyoMidnight + 60))
    #expect(hours.at(tokyoMidnight, in: "UTC") == .closed(until: 86_400))
  }

  @Test func messagesAreGroupedByWhenTheirHoursEnd() {
    let end = Date(timeIntervalSince1970: 1000)
    var groups = HourGroups(end: end)
    func message(_ id: Int64) -> BatchMessage { BatchMessage(id: id, customerID: id, phone: "1", text: "x") }
    groups.add(message(1), .open(until: 700))
    groups.add(message(2), .open(until: 500))
    groups.add(message(3), .open(until: 700))
    groups.add(message(4), .open(until: 1000))
    groups.add(message(5), .open(until: .max))
    groups.add(message(6), .closed(until: 800))
    groups.add(message(7), .closed(until: 5000))
    #expect(groups.open.map(\.closesAt) == [500, 700, nil])
    #expect(groups.open.map { $0.messages.map(\.id) } == [[2], [1, 3], [4, 5]])
    // Who may not be written to before the end waits for it, and expires.
    #expect(groups.closed.map(\.opening) == [Date(timeIntervalSince1970: 800), end])
  }
}
