import Testing

@testable import Messaging

struct RefusedEventsTests {
  private let start = ContinuousClock.now

  @Test func whatIsRefusedRestsAndIsTriedAgain() {
    var refused = RefusedEvents()
    let isGivenUp = refused.refused(7, "a", at: start)
    #expect(!isGivenUp)
    #expect(refused.passedOver(at: start) == [7])
    #expect(refused.passedOver(at: start + RefusedEvents.rest) == [])
  }

  @Test func afterThePatienceEventsOfThatTypeAreGivenUpAtOnce() {
    var refused = RefusedEvents()
    let late = start + RefusedEvents.patience
    let first = refused.refused(1, "a", at: start)
    let second = refused.refused(1, "a", at: late - .milliseconds(1))
    let third = refused.refused(1, "a", at: late)
    let next = refused.refused(2, "a", at: late)
    let other = refused.refused(3, "b", at: late)
    #expect([first, second, third, next, other] == [false, false, true, true, false])
  }

  @Test func oneThatIsTakenBringsThePatienceBack() {
    var refused = RefusedEvents()
    _ = refused.refused(1, "a", at: start)
    refused.taken("a")
    let isGivenUp = refused.refused(2, "a", at: start + RefusedEvents.patience)
    #expect(!isGivenUp)
  }

  @Test func whatWasNotConfirmedIsNeverGivenUp() {
    var refused = RefusedEvents()
    for second in 0..<1000 { refused.wait(1, at: start + .seconds(second)) }
    let isGivenUp = refused.refused(1, "a", at: start + .seconds(1000))
    #expect(!isGivenUp)
  }
}
