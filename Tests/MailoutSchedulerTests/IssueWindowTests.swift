import Testing

@testable import MailoutScheduler

struct IssueWindowTests {
  private let start = ContinuousClock.now

  private func reading(_ seconds: Double, settled: Int64, outstanding: Int64) -> IssueWindow.Reading {
    IssueWindow.Reading(at: start + .seconds(seconds), settled: settled, outstanding: outstanding)
  }

  @Test func anUnknownProviderGetsAFirstPortion() {
    var window = IssueWindow()
    #expect(window.room(reading(0, settled: 0, outstanding: 0)) == IssueWindow.initial)
    #expect(window.room(reading(0, settled: 0, outstanding: 400)) == IssueWindow.initial - 400)
  }

  @Test func aboutASecondOfTheRateIsOut() {
    var window = IssueWindow()
    _ = window.room(reading(0, settled: 0, outstanding: 1000))
    #expect(window.room(reading(0.5, settled: 4000, outstanding: 1000)) == 7000)
  }

  @Test func aProviderThatHangsGetsNothingMore() {
    var window = IssueWindow()
    _ = window.room(reading(0, settled: 0, outstanding: 1000))
    for second in 1...30 { _ = window.room(reading(Double(second), settled: 0, outstanding: 1000)) }
    #expect(window.room(reading(31, settled: 0, outstanding: 1000)) == 0)
  }

  @Test func anIdleProviderIsNotASlowOne() {
    var window = IssueWindow()
    _ = window.room(reading(0, settled: 0, outstanding: 1000))
    _ = window.room(reading(1, settled: 1000, outstanding: 0))
    _ = window.room(reading(2, settled: 1000, outstanding: 0))
    #expect(window.room(reading(3, settled: 1000, outstanding: 0)) == IssueWindow.initial)
  }
}
