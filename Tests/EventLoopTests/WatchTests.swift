import EventLoop
import Glibc
import Testing

@Suite struct WatchTests {
  private let loop = EventLoop(name: "test")

  @Test func tellsWhenADescriptorIsReady() async {
    let (loop, pipe, record) = (loop, Pipe(), Record<Readiness>())
    await loop.call {
      loop.watch(pipe.reading, for: .read) { readiness in
        pipe.read()
        record.add(readiness)
      }
    }
    pipe.write()
    #expect(await record.wait(1) == [.read])
    pipe.write(2)
    #expect(await record.wait(3) == [.read, .read, .read])
    await loop.call { loop.unwatch(pipe.reading) }
    loop.stop()
  }

  @Test func tellsThatTheOtherEndIsClosed() async {
    let (loop, record) = (loop, Record<Readiness>())
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    let (reading, writing) = (ends[0], ends[1])
    await loop.call {
      loop.watch(reading, for: .read) { readiness in
        loop.unwatch(reading)
        close(reading)
        record.add(readiness)
      }
    }
    close(writing)
    let seen = await record.wait(1)
    #expect(!seen[0].isDisjoint(with: .closed))
    loop.stop()
  }

  @Test func doesNotTellOfAnEndedWatch() async {
    let (loop, pipe, record) = (loop, Pipe(), Record<Int>())
    await loop.call {
      loop.watch(pipe.reading, for: .read) { _ in record.add(1) }
      loop.unwatch(pipe.reading)
      loop.unwatch(pipe.reading)
    }
    pipe.write()
    // A second watch, seen by the loop after whatever the first one could have told.
    await loop.call {
      loop.watch(pipe.reading, for: .read) { _ in
        loop.unwatch(pipe.reading)
        record.add(2)
      }
    }
    #expect(await record.wait(1) == [2])
    loop.stop()
  }

  @Test func changesWhatIsWatchedFor() async {
    let (loop, pipe, record) = (loop, Pipe(), Record<Readiness>())
    await loop.call {
      loop.watch(pipe.writing, for: .read) { readiness in
        loop.unwatch(pipe.writing)
        record.add(readiness)
      }
      loop.change(pipe.writing, to: .write)
    }
    #expect(await record.wait(1) == [.write])
    loop.stop()
  }

  /// Two descriptors are ready in one round. The first handler ends both watches and watches the second descriptor
  /// number anew, for another purpose: the event that was on its way must not reach the new handler.
  @Test func anEventDoesNotReachANewWatchOfTheSameDescriptor() async {
    let (loop, record) = (loop, Record<String>())
    let pipes = [Pipe(), Pipe()]
    await loop.call {
      for pipe in pipes {
        pipe.write()
        loop.watch(pipe.reading, for: .read) { _ in
          record.add("old")
          let other = pipe === pipes[0] ? pipes[1] : pipes[0]
          for descriptor in [pipe.reading, other.reading] { loop.unwatch(descriptor) }
          // Now another file under the number of the other descriptor: nothing to read there.
          let empty = Pipe()
          dup2(empty.reading, other.reading)
          loop.watch(other.reading, for: .read) { _ in
            _ = empty
            record.add("new")
          }
          loop.timer(at: .now) { loop.execute { record.add("end") } }
        }
      }
    }
    #expect(await record.wait(2) == ["old", "end"])
    loop.stop()
  }

  @Test func endlessWorkDoesNotStarveDescriptorsAndTimers() async {
    let (loop, pipe, record) = (loop, Pipe(), Record<String>())
    let endless = Endless(loop)
    endless.work()
    await loop.call {
      loop.watch(pipe.reading, for: .read) { _ in
        pipe.read()
        record.add("read")
      }
      loop.timer(at: .now + .milliseconds(1)) { record.add("timer") }
    }
    pipe.write()
    #expect(await record.wait(2).sorted() == ["read", "timer"])
    loop.stop()
  }

  @Test func endlessTimersDoNotStarveDescriptorsAndWork() async {
    let (loop, pipe, record) = (loop, Pipe(), Record<String>())
    let endless = Endless(loop)
    loop.execute { endless.timer() }
    await loop.call {
      loop.watch(pipe.reading, for: .read) { _ in
        pipe.read()
        record.add("read")
      }
    }
    pipe.write()
    #expect(await record.wait(1) == ["read"])
    await loop.call {}
    loop.stop()
  }

  /// Work and timers that always call for more, until the loop stops.
  private final class Endless: Sendable {
    private let loop: EventLoop
    private let stopped = Record<Void>()
    init(_ loop: EventLoop) { self.loop = loop }

    func work() {
      loop.execute { [weak self] in self?.work() }
    }

    func timer() {
      loop.timer(at: .now - .seconds(1)) { [weak self] in self?.timer() }
    }
  }
}
