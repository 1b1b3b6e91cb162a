import Testing

@testable import Sender

struct TokenStashTests {
  private let start = ContinuousClock.now
  private let epoch: Int64 = 1_700_000_000_000_000_000
  private let grid = RateGrid(rate: 100)

  private var clock: DatabaseClock {
    var clock = DatabaseClock()
    clock.note(epoch, asked: start, answered: start)
    return clock
  }

  private var slot: Int64 { RateGrid.slot(at: epoch) }

  /// With the tokens of the next slot.
  private func stash() -> TokenStash {
    var stash = TokenStash(grid: grid, now: start)
    stash.receive(slot + 1, 0..<grid.capacity(of: slot + 1), clock: clock)
    return stash
  }

  @Test func aTokenIsOfItsInstantAndLapses() throws {
    var stash = stash()
    let first = try #require(stash.next(after: start))
    #expect(first >= start + .milliseconds(100) && first < start + .milliseconds(120))
    var answers: [Bool] = []
    answers.append(stash.isReady(at: first - .nanoseconds(1), backlog: 5))
    answers.append(stash.isReady(at: first, backlog: 5))
    answers.append(stash.isReady(at: first + grid.patience - .nanoseconds(1), backlog: 5))
    let before = stash.count
    answers.append(stash.isReady(at: first + grid.patience, backlog: 5))
    #expect(answers == [false, true, true, false])
    #expect(stash.count == before - 1)
  }

  @Test func aTokenIsUsedOnce() throws {
    var stash = stash()
    let first = try #require(stash.next(after: start))
    let isReady = stash.isReady(at: first, backlog: 5)
    #expect(isReady)
    stash.use()
    let isReadyAgain = stash.isReady(at: first, backlog: 5)
    #expect(!isReadyAgain)
  }

  @Test func slotsAreAskedForOnceAndAhead() {
    var stash = TokenStash(grid: grid, now: start)
    _ = stash.isReady(at: start, backlog: 1000)
    let asked = stash.requests(present: epoch, now: start).map(\.slot)
    #expect(asked == [slot + 1, slot + 2])
    let again = stash.requests(present: epoch, now: start)
    #expect(again.isEmpty)
    let next = stash.requests(present: epoch + RateGrid.slot, now: start).map(\.slot)
    #expect(next == [slot + 3])
  }

  @Test func noMoreIsAskedForThanIsNeeded() {
    var stash = TokenStash(grid: grid, now: start)
    _ = stash.isReady(at: start, backlog: 3)
    let requests = stash.requests(present: epoch, now: start)
    #expect(requests.map(\.wanted).reduce(0, +) == 3)
    var idle = TokenStash(grid: grid, now: start)
    _ = idle.isReady(at: start, backlog: 3)
    let late = idle.requests(present: epoch, now: start + .seconds(1))
    #expect(late.isEmpty)
  }

  @Test func aClockThatIsSetBackStartsAgain() {
    var stash = TokenStash(grid: grid, now: start)
    _ = stash.isReady(at: start, backlog: 1000)
    _ = stash.requests(present: epoch, now: start)
    let asked = stash.requests(present: epoch - 1_000_000_000, now: start).map(\.slot)
    #expect(asked == [slot - 9, slot - 8])
  }
}
