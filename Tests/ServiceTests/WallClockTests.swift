import FoundationEssentials
import Service
import Testing

@Suite struct WallClockTests {
  @Test func standsStillUntilMoved() {
    let clock = ManualWallClock(Date(timeIntervalSince1970: 100))
    clock.advance(by: .milliseconds(1500))
    #expect(clock.now.timeIntervalSince1970 == 101.5)
    clock.set(Date(timeIntervalSince1970: 7))
    #expect(clock.now.timeIntervalSince1970 == 7)
  }
}
