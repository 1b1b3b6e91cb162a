import Testing

@testable import MailoutScheduler

struct ProgressToldTests {
  private let start = ContinuousClock.now
  private let pause = ProgressTold.pause

  @Test func whatIsNewIsToldOnceThePauseIsOver() {
    let told = ProgressTold(at: start)
    #expect(!told.isDue(issued: 100, now: start + pause - .nanoseconds(1), pause: pause))
    #expect(told.isDue(issued: 100, now: start + pause, pause: pause))
  }

  @Test func nothingIsToldWhereNothingWasIssuedSince() {
    #expect(!ProgressTold(at: start).isDue(issued: 0, now: start + pause * 10, pause: pause))
    #expect(!ProgressTold(at: start, issued: 100).isDue(issued: 100, now: start + pause * 10, pause: pause))
  }

  @Test func amongManyThePauseIsLonger() {
    let told = ProgressTold(at: start, issued: 100)
    #expect(!told.isDue(issued: 200, now: start + pause, pause: pause * 3))
    #expect(told.isDue(issued: 200, now: start + pause * 3, pause: pause * 3))
  }
}
