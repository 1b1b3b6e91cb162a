import Service
import Synchronization
import Testing

@Suite struct PersistenceTests {
  private struct Failure: Error {}

  private let sink = MemorySink()

  private func persistence(_ pause: @escaping @Sendable (Duration) async throws -> Void) -> Persistence {
    Persistence(
      "it is written", log: Log(service: "test", instance: "1", sink: sink),
      backoff: Backoff(base: .milliseconds(100), cap: .milliseconds(300)), pause: pause)
  }

  @Test func aFirstSuccessIsNotTold() async {
    let value = await persistence { _ in Issue.record("a pause") }.trying { 7 }
    #expect(value == 7)
    #expect(sink.lines.isEmpty)
  }

  @Test func failuresInARowAreToldOnceAndTheirEndToo() async {
    var failures = 0
    let pauses = Mutex<[Duration]>([])
    let value = await persistence { pause in pauses.withLock { $0.append(pause) } }.trying(telling: [.field("count", 3)]
    ) {
      failures += 1
      if failures <= 20 { throw Failure() }
      return "done"
    }
    #expect(value == "done")
    let waited = pauses.withLock { $0 }
    #expect(waited.count == 20)
    for (index, pause) in waited.enumerated() {
      #expect(pause <= .milliseconds([100, 200, 300][min(index, 2)]))
    }
    #expect(sink.lines.count == 2)
    #expect(sink.lines.first?.contains(#""level":"error""#) == true)
    #expect(sink.lines.first?.contains(#""message":"not yet, trying again: it is written""#) == true)
    #expect(sink.lines.first?.contains(#""count":3"#) == true)
    #expect(sink.lines.last?.contains(#""message":"it is written again","failures":20"#) == true)
  }

  @Test func aCancelledTaskTriesNoMore() async {
    let attempts = Mutex(0)
    let task = Task {
      await persistence { try await Task.sleep(for: $0) }.trying {
        attempts.withLock { $0 += 1 }
        withUnsafeCurrentTask { $0?.cancel() }
        throw Failure()
      }
    }
    let value: Void? = await task.value
    #expect(value == nil)
    #expect(attempts.withLock { $0 } == 1)
    // The end of a task is no failure.
    #expect(sink.lines.isEmpty)
  }

  @Test func aPauseThatEndsEarlyEndsTheTrying() async {
    var attempts = 0
    let value: Void? = await persistence { _ in throw Failure() }.trying {
      attempts += 1
      throw Failure()
    }
    #expect(value == nil)
    #expect(attempts == 1)
  }
}
