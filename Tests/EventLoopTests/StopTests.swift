import EventLoop
import Testing

@Suite struct StopTests {
  @Test func runsWhatIsQueuedBeforeItStops() async {
    let (loop, record) = (EventLoop(name: "test"), Record<Int>())
    loop.execute {
      for number in 0..<100 { loop.execute { record.add(number) } }
      loop.stop()
      loop.execute { loop.execute { record.add(100) } }
    }
    #expect(await record.wait(101) == Array(0...100))
  }

  @Test func letsGoOfWatchesAndTimers() async {
    let (loop, pipe, record) = (EventLoop(name: "test"), Pipe(), Record<Void>())
    await loop.call {
      let (first, second) = (Canary(record), Canary(record))
      loop.watch(pipe.reading, for: .read) { _ in _ = first }
      loop.timer(at: .now + .seconds(3600)) { _ = second }
    }
    loop.stop()
    #expect(await record.wait(2).count == 2)
  }

  @Test func wakesASleepingLoop() async {
    let record = Record<Void>()
    for _ in 0..<50 {
      let loop = EventLoop(name: "test")
      await loop.call {
        let canary = Canary(record)
        loop.timer(at: .now + .seconds(3600)) { _ = canary }
      }
      loop.stop()
    }
    #expect(await record.wait(50).count == 50)
  }

  @Test func dropsWorkThatComesTooLate() async {
    let (loop, ended, dropped) = (EventLoop(name: "test"), Record<Void>(), Record<Void>())
    await loop.call {
      let canary = Canary(ended)
      loop.timer(at: .now + .seconds(3600)) { _ = canary }
    }
    loop.stop()
    _ = await ended.wait(1)
    do {
      let canary = Canary(dropped)
      loop.execute { _ = canary }
    }
    #expect(await dropped.wait(1).count == 1)
  }
}
