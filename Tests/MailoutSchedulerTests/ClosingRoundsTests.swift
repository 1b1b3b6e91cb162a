import Testing

@testable import MailoutScheduler

struct ClosingRoundsTests {
  private let start = ContinuousClock.now

  @Test func oneRoundIsEnoughWhereNobodyIsLeft() {
    var rounds = ClosingRounds()
    rounds.go(from: 0, leavesOut: false)
    rounds.go(from: 50, leavesOut: false)
    let isOver = rounds.end(isAlone: true, at: start)
    #expect(isOver)
  }

  @Test func whileAnybodyIsLeftItGoesRoundNowAndThen() {
    var rounds = ClosingRounds()
    for leavesOut in [true, false] {
      rounds.go(from: 0, leavesOut: leavesOut)
      rounds.go(from: 50, leavesOut: false)
      // The second time a cohort is left that does not open.
      let isOver = rounds.end(isAlone: leavesOut, at: start)
      #expect(!isOver)
      #expect(!rounds.isDue(at: start))
      #expect(rounds.isDue(at: start + ClosingRounds.rest))
    }
    rounds.go(from: 0, leavesOut: false)
    let isOver = rounds.end(isAlone: true, at: start)
    #expect(isOver)
  }

  @Test func aRoundThatAnotherBeganIsMadeUpFor() {
    var rounds = ClosingRounds()
    rounds.go(from: 50, leavesOut: false)
    let isOver = rounds.end(isAlone: true, at: start)
    #expect(!isOver)
    #expect(rounds.isDue(at: start))
  }
}
