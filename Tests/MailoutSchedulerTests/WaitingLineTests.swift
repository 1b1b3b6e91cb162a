import Testing

@testable import MailoutScheduler

struct WaitingLineTests {
  private final class Queue {
    private let start = ContinuousClock.now
    private var line = WaitingLine()
    var count: Int { line.count }

    func mayGo(_ mailout: Int64, free: Int, at milliseconds: Int) -> Bool {
      line.mayGo(mailout, free: free, now: start + .milliseconds(milliseconds))
    }

    func tidy(at milliseconds: Int) { line.tidy(now: start + .milliseconds(milliseconds)) }
  }

  @Test func whoCameFirstGoesFirst() {
    let line = Queue()
    for mailout in 1...3 { #expect(!line.mayGo(Int64(mailout), free: 0, at: mailout)) }
    #expect(!line.mayGo(2, free: 1, at: 10))
    #expect(line.mayGo(1, free: 1, at: 11))
    // Whoever went joins at the end.
    #expect(!line.mayGo(1, free: 1, at: 12))
    #expect(line.mayGo(3, free: 2, at: 13))
    #expect(line.mayGo(2, free: 1, at: 14))
    #expect(line.mayGo(1, free: 1, at: 15))
    #expect(line.count == 0)
  }

  @Test func nobodyWaitsWhereThereIsRoomForAll() {
    let line = Queue()
    #expect(line.mayGo(1, free: 1, at: 0))
    #expect(!line.mayGo(2, free: 0, at: 1))
    #expect(line.mayGo(3, free: 2, at: 2))
  }

  /// A mailout that was paused, or is over, holds up nobody.
  @Test func whoAsksNoMoreIsForgotten() {
    let line = Queue()
    #expect(!line.mayGo(1, free: 0, at: 0))
    #expect(!line.mayGo(2, free: 0, at: 1))
    #expect(!line.mayGo(2, free: 1, at: 1_999))
    #expect(line.mayGo(2, free: 1, at: 2_000))
    line.tidy(at: 2_000)
    #expect(line.count == 0)
  }

  /// A thousand of them, a few places at a time, and each asks again as soon as it went: all go equally often.
  @Test func amongManyEachHasItsTurn() {
    let line = Queue()
    var gone = [Int64: Int]()
    for round in 0..<400 {
      var free = 25
      for mailout in Int64(0)..<1_000
      where line.mayGo(mailout, free: free, at: round * 100 + Int(mailout) / 20) {
        gone[mailout, default: 0] += 1
        free -= 1
      }
    }
    #expect(gone.count == 1_000)
    #expect(gone.values.max()! - gone.values.min()! <= 1)
  }
}
