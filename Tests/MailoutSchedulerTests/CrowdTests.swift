import Testing

@testable import MailoutScheduler

struct CrowdTests {
  @Test func amongManyEachDoesLessOftenWhatCanWait() {
    let crowd = Crowd()
    #expect(crowd.stretch(.milliseconds(50), beyond: 25) == .milliseconds(50))
    crowd.set(25)
    #expect(crowd.stretch(.milliseconds(50), beyond: 25) == .milliseconds(50))
    crowd.set(1_000)
    #expect(crowd.stretch(.milliseconds(50), beyond: 25) == .seconds(2))
  }
}
