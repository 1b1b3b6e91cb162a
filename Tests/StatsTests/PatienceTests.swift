import Synchronization
import Testing

@testable import Stats

/// Whoever asks for what does not exist keeps few others waiting.
@Suite(.timeLimit(.minutes(15))) struct PatienceTests {
  /// What one is asked, and answers.
  private final class Source: Sendable {
    private let asked = Mutex(0)
    private let answer = Mutex<Int?>(nil)
    /// How often it has been asked, each time.
    let asks: AsyncStream<Int>
    private let told: AsyncStream<Int>.Continuation

    init() { (asks, told) = AsyncStream.makeStream() }

    var times: Int { asked.withLock { $0 } }

    func ask() -> Int? {
      let times = asked.withLock { asked in
        asked += 1
        return asked
      }
      told.yield(times)
      return answer.withLock { $0 }
    }

    func know(_ value: Int) { answer.withLock { $0 = value } }
  }

  @Test func whatIsThereIsAskedForOnce() async throws {
    let (patience, source) = (Patience(atOnce: 0), Source())
    source.know(7)
    #expect(try await patience.ask { source.ask() } == 7)
    #expect(source.times == 1)
  }

  @Test func whatComesLateIsWaitedForAndNotForLong() async throws {
    let patience = Patience(atOnce: 1)
    var times = 0
    let late: Int? = try await patience.ask(for: .seconds(3600)) {
      times += 1
      return times == 3 ? 7 : nil
    }
    #expect(late == 7)
    #expect(try await askInVain(patience) > 1)
  }

  @Test func whoComesBeyondTheLimitIsAnsweredAtOnce() async throws {
    let patience = Patience(atOnce: 2)
    let sources = [Source(), Source()]
    let waiting = sources.map { source in
      Task { try await patience.ask(for: .seconds(3600)) { source.ask() } }
    }
    // Who is asked a second time waits.
    for source in sources { _ = await source.asks.first { $0 >= 2 } }
    let third = Source()
    #expect(try await patience.ask(for: .seconds(3600)) { third.ask() } == nil)
    #expect(third.times == 1)
    for source in sources { source.know(7) }
    for task in waiting { #expect(try await task.value == 7) }
    // Their places are free again.
    #expect(try await askInVain(patience) > 1)
  }

  /// How often one is asked who never knows: on a busy machine a short time may pass before there is a second time.
  private func askInVain(_ patience: Patience) async throws -> Int {
    var times = 0
    for time in [60, 600, 6000, 60_000] where times < 2 {
      let never = Source()
      #expect(try await patience.ask(for: .milliseconds(time)) { never.ask() } == nil)
      times = never.times
    }
    return times
  }

  @Test func aPlaceIsFreeAgainAfterAnErrorToo() async throws {
    struct Failure: Error {}
    let patience = Patience(atOnce: 1)
    for _ in 0..<3 {
      var times = 0
      do {
        let value: Int? = try await patience.ask(for: .seconds(3600)) {
          times += 1
          if times == 2 { throw Failure() }
          return nil
        }
        Issue.record("answered \(String(describing: value))")
      } catch is Failure {}
      // Who is not asked a second time had no place.
      #expect(times == 2)
    }
  }
}
