import Testing

@testable import MailoutScheduler

/// The window in its loop: it is measured through what it lets out, so each of these is about the whole of it.
struct IssueWindowFlowTests {
  /// Both senders stand still for longer than the window remembers.
  @Test func throughputReturnsAfterADip() {
    var flow = SimulatedDelivery(senders: 2, isFrozen: { _, now in 15..<39 ~= now }, latency: { _ in 0.384 })
    flow.run(seconds: 60)
    #expect(flow.rate(5..<15) > 300)
    #expect(flow.rate(20..<38) == 0)
    #expect(flow.rate(44..<60) > 300)
  }

  @Test func throughputReturnsAfterOneOfTwoSendersStoodStill() {
    var flow = SimulatedDelivery(
      senders: 2, isFrozen: { index, now in index == 0 && 15..<39 ~= now }, latency: { _ in 0.384 })
    flow.run(seconds: 70)
    #expect(flow.rate(50..<70) > 290)
  }

  @Test func throughputReturnsAfterTheProviderWasSlow() {
    var flow = SimulatedDelivery(latency: { 10..<40 ~= $0 ? 2 : 0.02 })
    flow.run(seconds: 55)
    #expect(flow.rate(25..<40) > 25)
    #expect(flow.rate(46..<55) > 2_300)
  }

  /// 64 at once, two seconds each: about a second of them waits, and no more.
  @Test func aSlowProviderPilesNothingUp() {
    var flow = SimulatedDelivery { _ in 2 }
    flow.run(seconds: 120)
    #expect(flow.rate(60..<120) > 28)
    #expect(flow.wait(60..<120) < 3)
    #expect(flow.outstanding < 64 + 3 * 32)
  }

  /// Every tenth call hangs for ten seconds, so nearly every batch takes as long: the places are kept in use all the same.
  @Test func aProviderThatHangsNowAndThenKeepsItsRate() {
    var calls = 0
    var flow = SimulatedDelivery { _ in
      calls += 1
      return calls % 10 == 0 ? 10 : 0.03
    }
    flow.run(seconds: 200)
    #expect(flow.rate(100..<200) > 50)
  }

  @Test func aFastProviderIsKeptBusyFromTheStart() {
    var flow = SimulatedDelivery { _ in 0.01 }
    flow.run(seconds: 10)
    #expect(flow.rate(0..<1) > 5_000)
    #expect(flow.rate(2..<10) > 6_200)
    #expect(flow.wait(2..<10) < 1.5)
  }

  @Test func aLimitOfTheProviderBoundsWhatWaits() {
    // One call at once, a tenth of a second each: as its limit makes of it.
    var flow = SimulatedDelivery(concurrency: 1, limit: 10) { _ in 0.1 }
    flow.run(seconds: 120)
    #expect(flow.rate(20..<120) > 8.5)
    #expect(flow.outstanding <= 45)
  }

  @Test func manySendersShareASlowOne() {
    var flow = SimulatedDelivery(senders: 5, concurrency: 16) { _ in 0.5 }
    flow.run(seconds: 90)
    #expect(flow.rate(30..<90) > 140)
    #expect(flow.wait(45..<90) < 3)
  }
}
