import Testing

@testable import MailoutScheduler

struct ShareTests {
  @Test func aloneAMailoutMayFillTheWindow() {
    #expect(Share.room(window: 1000, outstanding: 300, own: 300, mailouts: 1) == 700)
    #expect(Share.room(window: 1000, outstanding: 1000, own: 1000, mailouts: 1) == 0)
    #expect(Share.room(window: 1000, outstanding: 1200, own: 1200, mailouts: 1) == 0)
  }

  @Test func aSmallOneGoesBesideALargeOneThatHasTakenAll() {
    let room = Share.room(window: 1000, outstanding: 1000, own: 0, mailouts: 2)
    #expect(room == 500)
    #expect(Share.isWorthwhile(room, window: 1000, mailouts: 2))
    #expect(Share.room(window: 1, outstanding: 1, own: 0, mailouts: 2) == 1)
    // And the large one gets nothing above its part as long as the small one is there.
    #expect(Share.room(window: 1000, outstanding: 1100, own: 1000, mailouts: 2) == 0)
  }

  @Test func amongManyEachGetsItsPart() {
    for count in 1...50 {
      let room = Share.room(window: 1000, outstanding: 1000, own: 0, mailouts: count)
      #expect(Share.isWorthwhile(room, window: 1000, mailouts: count))
    }
  }

  /// So many with a part each that its batch is worth its cost; half of a window again is out at most.
  @Test func ofMoreThanTenEachWaitsForItsTurn() {
    #expect(Share.room(window: 30_000, outstanding: 30_000, own: 0, mailouts: 10) == 3_000)
    #expect(Share.room(window: 30_000, outstanding: 30_000, own: 0, mailouts: 1_000) == 3_000)
    #expect(Share.room(window: 30_000, outstanding: 44_900, own: 0, mailouts: 1_000) == 100)
    #expect(Share.room(window: 30_000, outstanding: 45_000, own: 0, mailouts: 1_000) == 0)
    #expect(!Share.isWorthwhile(700, window: 30_000, mailouts: 1_000))
    #expect(Share.part(window: 9, mailouts: 1_000) == 1)
  }

  @Test func crumbsAreNotWorthATransaction() {
    #expect(!Share.isWorthwhile(0, window: 1, mailouts: 1))
    #expect(Share.isWorthwhile(1, window: 1, mailouts: 1))
    #expect(!Share.isWorthwhile(200, window: 4000, mailouts: 1))
    #expect(Share.isWorthwhile(1000, window: 4000, mailouts: 1))
    #expect(Share.isWorthwhile(1000, window: 50_000, mailouts: 1))
  }

  @Test func aMailoutsOwnRate() {
    #expect(Share.room(rateLimit: 5, own: 0) == 10)
    #expect(Share.room(rateLimit: 5, own: 12) == 0)
  }
}
