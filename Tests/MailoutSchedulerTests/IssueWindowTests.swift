import Testing

@testable import MailoutScheduler

struct IssueWindowTests {
  private let start = ContinuousClock.now

  /// A window that has seen these readings, a second apart.
  private func window(_ readings: [(settled: Int64, outstanding: Int64)], apart: Double = 1) -> IssueWindow {
    var window = IssueWindow()
    for (index, reading) in readings.enumerated() {
      window.measure(
        IssueWindow.Reading(
          at: start + .seconds(Double(index) * apart), settled: reading.settled, outstanding: reading.outstanding))
    }
    return window
  }

  private func size(_ window: IssueWindow) -> Int { window.size(limit: nil, isProbing: false) }

  @Test func anUnknownProviderGetsAFirstPortion() {
    #expect(size(IssueWindow()) == IssueWindow.initial)
    #expect(size(window([(0, 0)])) == IssueWindow.initial)
  }

  @Test func aboutASecondOfTheRateIsOut() {
    #expect(size(window([(0, 1000), (4000, 1000)], apart: 0.5)) == 8000)
  }

  /// What is being called is out beside the second that waits.
  @Test func theTimeThatBatchesTakeIsAdded() {
    var window = IssueWindow()
    let readings: [(settled: Int64, calling: Int64)] = [(0, 0), (4000, 4000 * 500)]
    for (index, reading) in readings.enumerated() {
      window.measure(
        IssueWindow.Reading(
          at: start + .seconds(index), settled: reading.settled, calling: reading.calling, outstanding: 6000))
    }
    #expect(size(window) == 6000)
    #expect(window.size(limit: 100, isProbing: false) == 150)
    #expect(window.grace == .seconds(4))
  }

  /// A provider that was fast a minute ago is no stranger; what it was long ago says nothing.
  @Test func lessAndLessIsBelievedOfAnIdleProvider() {
    let fast: [(settled: Int64, outstanding: Int64)] = [(0, 4000), (80_000, 4000), (84_000, 0)]
    func idle(_ readings: Int) -> Int { size(window(fast + Array(repeating: (84_000, 0), count: readings), apart: 20)) }
    #expect(idle(1) == 2000)
    #expect(idle(2) == IssueWindow.initial)
    #expect(idle(4) == IssueWindow.initial)
  }

  @Test func aBatchIsAQuarterOfASecond() {
    #expect(IssueWindow().batch == 250)
    #expect(window([(0, 1000), (400, 1000)]).batch == 100)
    #expect(window([(0, 1000), (1, 1000)]).batch == 1)
  }

  /// A batch left behind by a sender that is gone holds nobody up; but no more than a window again is let out for such.
  @Test func whatHasBeenOvertakenDoesNotCount() {
    let window = window([(0, 1000), (1000, 1000)])
    #expect(window.counted(outstanding: 900, overtaken: 300, limit: nil) == 600)
    #expect(window.counted(outstanding: 5000, overtaken: 4000, limit: nil) == 4000)
  }

  @Test func aProviderThatHangsGetsNothingMore() {
    let full = IssueWindow.initial
    let hanging = window((0...300).map { _ in (0, Int64(full)) }, apart: 0.2)
    #expect(Share.room(window: size(hanging), outstanding: full, own: full, mailouts: 1) == 0)
    #expect(size(hanging) < IssueWindow.initial)
  }

  @Test func aSlowProviderThatSettlesNowAndThenIsMeasuredOverThatTime() {
    // Twenty every two seconds, looked at five times a second.
    let slow = window((0...100).map { (Int64($0 / 10 * 20), 600) }, apart: 0.2)
    #expect((8...12).contains(size(slow)))
  }

  @Test func anIdleProviderIsNotASlowOne() {
    #expect(size(window([(0, 1000), (1000, 0), (1000, 0), (1000, 0)], apart: 11)) == IssueWindow.initial)
  }

  /// A mailout that has begun and ended since the last look, and another that begins: most of the time was a pause.
  @Test func aPauseIsNoTimeOfWork() {
    #expect(size(window([(0, 0), (300, 0), (300, 1000)])) == IssueWindow.initial)
    #expect(size(window([(0, 4000), (4000, 4000), (8000, 0), (8000, 0), (8300, 4000)])) == 4000)
    #expect(size(window([(0, 0), (5000, 1000)])) == 5000)
  }

  /// Nobody could look while it ran, but how fast its batches were called is known; other than a slow one's.
  @Test func aSmallMailoutThatHasComeAndGoneSaysHowFastItWas() {
    func after(_ count: Int64, batches: Int64, calling milliseconds: Int64, outstanding: Int64 = 0) -> IssueWindow {
      var window = IssueWindow()
      window.measure(IssueWindow.Reading(at: start, settled: 0, outstanding: 0))
      let calling = count * milliseconds
      window.measure(
        IssueWindow.Reading(
          at: start + .seconds(1), settled: count, calling: calling, batches: batches, outstanding: outstanding))
      return window
    }
    #expect(after(1000, batches: 4, calling: 50).rate == 5000)
    #expect(after(1000, batches: 4, calling: 50, outstanding: 1).rate == 5000)
    #expect(after(1000, batches: 4, calling: 1).rate == 10_000)
    #expect(after(1000, batches: 4, calling: 500).rate == nil)
    #expect(after(1000, batches: 0, calling: 50).rate == nil)
    #expect(after(0, batches: 0, calling: 0).rate == nil)
  }

  /// What comes slowly because a mailout has a low rate of its own says nothing of the provider.
  @Test func aWindowThatIsNotFullDoesNotShrink() {
    let readings = [(settled: Int64(0), outstanding: Int64(4000)), (settled: Int64(4000), outstanding: Int64(4000))]
    let busy = window(readings)
    #expect(size(busy) == 4000)
    let trickle = window(readings + (1...20).map { (Int64(4000 + $0 * 5), 10) })
    #expect(size(trickle) == 4000)
  }

  @Test func limitsOfTheProvider() {
    #expect(IssueWindow().size(limit: 7, isProbing: false) == 7)
    #expect(IssueWindow().size(limit: nil, isProbing: true) == IssueWindow.trickle)
  }
}
