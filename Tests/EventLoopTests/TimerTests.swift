import EventLoop
import Testing

@Suite struct TimerTests {
  private let loop = EventLoop(name: "test")

  @Test func firesInOrderOfTime() async {
    let (loop, record) = (loop, Record<Int>())
    await loop.call {
      let now = ContinuousClock.now
      for number in [5, 1, 4, 2, 3, 0] {
        loop.timer(at: now + .milliseconds(number)) { record.add(number) }
      }
    }
    #expect(await record.wait(6) == [0, 1, 2, 3, 4, 5])
    loop.stop()
  }

  @Test func firesInTheOrderSetWhereTheTimeIsTheSame() async {
    let (loop, record) = (loop, Record<Int>())
    await loop.call {
      let instant = ContinuousClock.now + .milliseconds(1)
      for number in 0..<200 { loop.timer(at: instant) { record.add(number) } }
    }
    #expect(await record.wait(200) == Array(0..<200))
    loop.stop()
  }

  @Test(arguments: [Duration.zero, .nanoseconds(1), .microseconds(999), .microseconds(1001), .milliseconds(20)])
  func neverFiresEarly(_ wait: Duration) async {
    let (loop, record) = (loop, Record<Duration>())
    await loop.call {
      let instant = ContinuousClock.now + wait
      loop.timer(at: instant) { record.add(instant.duration(to: .now)) }
    }
    #expect(await record.wait(1).allSatisfy { $0 >= .zero })
    loop.stop()
  }

  @Test func aCancelledTimerDoesNotFire() async {
    let (loop, record) = (loop, Record<Int>())
    await loop.call {
      let now = ContinuousClock.now
      let first = loop.timer(at: now + .milliseconds(1)) { record.add(1) }
      loop.timer(at: now + .milliseconds(2)) { record.add(2) }
      loop.cancel(first)
      loop.cancel(first)
    }
    #expect(await record.wait(1) == [2])
    loop.stop()
  }

  /// Both are due in the same round: the first may still cancel the second.
  @Test func aTimerCancelsAnotherThatIsDueToo() async {
    let (loop, record) = (loop, Record<Int>())
    await loop.call {
      let past = ContinuousClock.now - .seconds(1)
      let tokens = Record<TimerToken>()
      loop.timer(at: past) {
        record.add(1)
        tokens.elements.forEach(loop.cancel)
      }
      tokens.add(loop.timer(at: past) { record.add(2) })
      loop.timer(at: past) { record.add(3) }
    }
    #expect(await record.wait(2) == [1, 3])
    loop.stop()
  }

  @Test func aTokenOfAFiredTimerDoesNotCancelALaterOne() async {
    let (loop, record) = (loop, Record<Int>())
    let old = await withCheckedContinuation { continuation in
      loop.execute {
        let tokens = Record<TimerToken>()
        tokens.add(loop.timer(at: .now) { continuation.resume(returning: tokens.elements[0]) })
      }
    }
    await loop.call {
      loop.timer(at: .now) { record.add(1) }
      loop.cancel(old)
    }
    #expect(await record.wait(1) == [1])
    loop.stop()
  }

  @Test func manyCancelledTimersLeaveTheOthersInOrder() async {
    let (loop, record) = (loop, Record<Int>())
    await loop.call {
      let now = ContinuousClock.now
      for number in 0..<5000 {
        let token = loop.timer(at: now + .microseconds((number * 7919) % 5000)) { record.add((number * 7919) % 5000) }
        if number % 100 != 0 { loop.cancel(token) }
      }
    }
    let fired = await record.wait(50)
    #expect(fired.count == 50)
    #expect(fired == fired.sorted())
    loop.stop()
  }

  /// What a timer has captured may come back to the loop when it dies.
  @Test func cancellingReleasesWhatTheTimerHolds() async {
    final class Holder: Sendable {
      let loop: EventLoop
      let record: Record<Void>
      let other: TimerToken
      init(_ loop: EventLoop, _ record: Record<Void>, _ other: TimerToken) {
        (self.loop, self.record, self.other) = (loop, record, other)
      }
      deinit {
        loop.cancel(other)
        record.add(())
      }
    }
    let (loop, record) = (loop, Record<Void>())
    await loop.call {
      let later = ContinuousClock.now + .seconds(3600)
      let other = loop.timer(at: later) {}
      let holder = Holder(loop, record, other)
      loop.cancel(loop.timer(at: later) { _ = holder })
    }
    _ = await record.wait(1)
    loop.stop()
  }
}
