import EventLoop
import Glibc
import Testing

@Suite struct ExecutorTests {
  private let loop = EventLoop(name: "test")

  /// An actor on the loop.
  private actor Counter {
    private let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
    private(set) var count = 0

    init(_ loop: EventLoop) { self.loop = loop }

    /// Whether this runs on the loop, and as this actor.
    func add() -> Bool {
      count += 1
      preconditionIsolated()
      return loop.isCurrent
    }

    /// Queues something, then awaits what need not leave this actor.
    func order(_ record: Record<String>) async {
      loop.execute { record.add("queued") }
      await inherit()
      record.add("awaited")
    }

    nonisolated func addFromTheLoop() -> Int {
      assumeIsolated {
        $0.count += 1
        return $0.count
      }
    }
  }

  @Test func runsAnActorOnItsThread() async {
    let counter = Counter(loop)
    #expect(!loop.isCurrent)
    #expect(await counter.add())
    #expect(await counter.count == 1)
    loop.stop()
  }

  @Test func workOnTheLoopIsIsolatedToItsActors() async {
    let counter = Counter(loop)
    #expect(await loop.call { counter.addFromTheLoop() } == 1)
    loop.stop()
  }

  @Test func runsTasksThatPreferIt() async {
    let loop = loop
    let places = await Task(executorPreference: loop) {
      async let child = loop.isCurrent
      let own = loop.isCurrent
      await Task.yield()
      return [own, await child, loop.isCurrent]
    }.value
    #expect(places == [true, true, true])
    loop.stop()
  }

  /// An await that stays where it is does not go through the queue.
  @Test func staysInTheJobWhereItCan() async {
    let (loop, first, second) = (loop, Record<String>(), Record<String>())
    await Counter(loop).order(first)
    #expect(await first.wait(2) == ["awaited", "queued"])
    await Task(executorPreference: loop) {
      loop.execute { second.add("queued") }
      await inherit()
      second.add("awaited")
    }.value
    #expect(await second.wait(2) == ["awaited", "queued"])
    loop.stop()
  }

  @Test func namesItsThread() async {
    let loop = EventLoop(name: "a name that is too long")
    let name = await loop.call {
      let file = open("/proc/thread-self/comm", O_RDONLY)
      defer { close(file) }
      var name = [UInt8](repeating: 0, count: 16)
      let count = read(file, &name, name.count)
      return String(decoding: name.prefix(count), as: UTF8.self)
    }
    #expect(name == "a name that is \n")
    loop.stop()
  }

  @Test func keepsTheOrderOfWork() async {
    let record = Record<Int>()
    for number in 0..<1000 { loop.execute { record.add(number) } }
    #expect(await record.wait(1000) == Array(0..<1000))
    loop.stop()
  }

  /// No wake-up is lost, however a sleeping loop and many callers meet.
  @Test func takesWorkFromManyThreads() async {
    let counter = Counter(loop)
    let threads = 8
    let rounds = 2000
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<threads {
        group.addTask {
          for _ in 0..<rounds { _ = await counter.add() }
        }
      }
    }
    #expect(await counter.count == threads * rounds)
    loop.stop()
  }

  @Test func wakesUpFromSleepForEachCaller() async {
    for number in 0..<5000 { #expect(await loop.call { number } == number) }
    loop.stop()
  }
}

/// Runs where its caller does.
private func inherit(isolation: isolated (any Actor)? = #isolation) async {}
