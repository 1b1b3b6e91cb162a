import EventLoop
import Testing

@Suite struct BatchTests {
  private let loop = EventLoop(name: "test")

  @Test func runsAfterTheWorkAtHand() async {
    let (loop, record) = (loop, Record<String>())
    loop.execute {
      for number in 1...2 {
        loop.execute {
          loop.afterBatch { record.add("after \(number)") }
          record.add("work \(number)")
        }
      }
    }
    #expect(await record.wait(4) == ["work 1", "work 2", "after 1", "after 2"])
    loop.stop()
  }

  @Test func runsAfterTheHandlersAndTimersAtHandThoughNothingElseHappens() async {
    let (loop, record) = (loop, Record<String>())
    let pipes = [Pipe(), Pipe()]
    await loop.call {
      for pipe in pipes {
        pipe.write()
        loop.watch(pipe.reading, for: .read) { _ in
          pipe.read()
          loop.afterBatch { record.add("after") }
          record.add("handler")
        }
      }
    }
    #expect(await record.wait(4) == ["handler", "handler", "after", "after"])
    loop.execute {
      loop.timer(at: .now) { loop.afterBatch { loop.afterBatch { record.add("later") } } }
    }
    #expect(await record.wait(5).last == "later")
    loop.stop()
  }

  /// What a handler has finished is done before a timer that is due in the same round can undo it.
  @Test func runsBetweenHandlersAndTimers() async {
    let (loop, pipe, record) = (loop, Pipe(), Record<String>())
    await loop.call {
      pipe.write()
      loop.timer(at: .now - .seconds(1)) { record.add("timer") }
      loop.watch(pipe.reading, for: .read) { _ in
        pipe.read()
        loop.afterBatch { record.add("after handler") }
      }
    }
    #expect(await record.wait(2) == ["after handler", "timer"])
    loop.stop()
  }
}
