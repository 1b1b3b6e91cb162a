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
    refused.taken(1, "a")
    let isGivenUp = refused.refused(2, "a", at: start + RefusedEvents.patience)
    #expect(!isGivenUp)
  }

  /// A queue that is full for days is told of each event apart: all others would have it twice otherwise.
  @Test func itIsEmptyOnceTheLastOfEveryTypeWasTaken() {
    var refused = RefusedEvents()
    #expect(refused.isEmpty)
    _ = refused.refused(1, "a", at: start)
    let isGivenUp = refused.refused(1, "a", at: start + RefusedEvents.patience)
    #expect(isGivenUp && !refused.isEmpty)
    refused.taken(2, "a")
    #expect(refused.isEmpty)
  }

  /// Else it would come again and again, and nothing after it.
  @Test func whatNobodyConfirmsRestsLongerEachTime() {
    var (refused, now, rests) = (RefusedEvents(), start, [Duration]())
    for _ in 0..<4 {
      let isGivenUp = refused.unconfirmed(7, at: now)
      #expect(!isGivenUp)
      let tried = now
      while refused.passedOver(at: now) == [7] { now += .seconds(1) }
      rests.append(now - tried)
    }
    #expect(rests == [.seconds(60), .seconds(120), .seconds(240), .seconds(240)])
  }

  @Test func whatNobodyConfirmsIsGivenUpByItsAge() {
    var refused = RefusedEvents()
    let late = start + RefusedEvents.silence
    let early = [refused.unconfirmed(1, at: start), refused.unconfirmed(1, at: late - .milliseconds(1))]
    #expect(early == [false, false])
    let last = refused.unconfirmed(1, at: late)
    // Each by its own.
    let other = refused.unconfirmed(2, at: late)
    #expect(last && !other)
    refused.taken(2, "a")
    let again = refused.unconfirmed(2, at: late + RefusedEvents.silence)
    #expect(!again)
  }

  @Test func whatAnotherHasPublishedIsForgotten() {
    var refused = RefusedEvents()
    _ = refused.unconfirmed(1, at: start)
    let late = start + RefusedEvents.silence * 2
    #expect(refused.passedOver(at: late) == [])
    let isGivenUp = refused.unconfirmed(1, at: late)
    #expect(!isGivenUp)
  }
}
