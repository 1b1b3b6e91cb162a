import Contracts
import Testing

@testable import MailoutScheduler

struct PageBufferTests {
  private let cohort = Cohort(id: 1, cursor: 10)
  private let now = ContinuousClock.now

  private func buffer(_ ids: [Int64], next: Int64?) -> PageBuffer {
    PageBuffer(
      AudiencePage(members: ids.map { AudienceMember(id: $0, phone: "1") }, next: next, asOf: 7),
      cohort: cohort, after: 10, through: 100, readAt: now)
  }

  @Test func aPageIsTakenInPortionsAndTheCursorStandsBehindEach() {
    var page = buffer([11, 15, 20], next: 30)
    var taken = page.take(2)
    #expect(taken.members.map(\.id) == [11, 15])
    #expect(taken.cursor == 15 && !taken.isLast && !page.isUsedUp)
    taken = page.take(2)
    #expect(taken.members.map(\.id) == [20])
    // Behind the whole page, those included whom it passed over.
    #expect(taken.cursor == 30 && !taken.isLast && page.isUsedUp)
  }

  @Test func theLastPageEndsTheAudience() {
    var page = buffer([11], next: nil)
    let taken = page.take(5)
    #expect(taken.cursor == 100 && taken.isLast)
    var empty = buffer([], next: nil)
    #expect(empty.take(5).isLast)
    var short = buffer([], next: 40)
    let none = short.take(5)
    #expect(none.members.isEmpty && none.cursor == 40 && !none.isLast)
  }

  @Test func onlyAPageThatIsTheWholeAudienceSaysHowLargeThatIs() {
    func whole(after: Int64, next: Int64?) -> Int? {
      let members = [3, 4].map { AudienceMember(id: $0, phone: "1") }
      return PageBuffer(
        AudiencePage(members: members, next: next, asOf: 7), cohort: cohort, after: after, through: 100, readAt: now
      ).whole
    }
    #expect(whole(after: 0, next: nil) == 2)
    #expect(whole(after: 0, next: 4) == nil)
    #expect(whole(after: 2, next: nil) == nil)
  }

  @Test func itServesItsCohortWhereItsCursorStandsAndWhileItIsFresh() {
    let page = buffer([11], next: nil)
    #expect(page.serves(cohort, now: now))
    #expect(!page.serves(Cohort(id: 2, cursor: 10), now: now))
    #expect(!page.serves(Cohort(id: 1, cursor: 11), now: now))
    #expect(!page.serves(cohort, now: now + .seconds(5)))
  }
}
