import Testing

@testable import MailoutScheduler

struct CrowdTests {
  @Test func amongManyEachDoesLessOftenWhatCanWait() {
    let crowd = Crowd()
    func pause() -> Duration { crowd.stretch(.milliseconds(50), beyond: 25, most: .seconds(3)) }
    #expect(pause() == .milliseconds(50))
    crowd.set(25)
    #expect(pause() == .milliseconds(50))
    crowd.set(1_000)
    #expect(pause() == .seconds(2))
    crowd.set(10_000)
    #expect(pause() == .seconds(3))
    // Nobody loses a place in the line by waiting for the next question.
    #expect(crowd.askingPause < WaitingLine.patience / 2)
  }
}
