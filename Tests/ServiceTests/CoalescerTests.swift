import Service
import Synchronization
import Testing

@Suite struct CoalescerTests {
  /// Serves items one above each, held until it is let go, and remembers its rounds.
  private final class Counter: Sendable {
    private let state = Mutex((rounds: [[Int]](), held: [CheckedContinuation<Void, Never>](), isHolding: true))
    private let (begun, begin) = AsyncStream<Void>.makeStream()

    var rounds: [[Int]] { state.withLock { $0.rounds } }

    func serve(_ items: [Int]) async -> [Result<Int, any Error>] {
      state.withLock { $0.rounds.append(items) }
      begin.yield()
      await withCheckedContinuation { continuation in
        let goes = state.withLock { state in
          if state.isHolding { state.held.append(continuation) }
          return !state.isHolding
        }
        if goes { continuation.resume() }
      }
      return items.map { $0 < 0 ? .failure(Negative()) : .success($0 + 1) }
    }

    /// Until the next round has begun.
    func next() async { for await _ in begun { return } }

    func letGo() {
      let held = state.withLock { state in
        state.isHolding = false
        return state.held
      }
      for continuation in held { continuation.resume() }
    }
  }

  private struct Negative: Error {}

  @Test func whoComesAloneIsServedAtOnce() async throws {
    let counter = Counter()
    counter.letGo()
    let coalescer = Coalescer<Int, Int>(serve: counter.serve)
    for item in 1...3 { #expect(try await coalescer(item) == item + 1) }
    #expect(counter.rounds == [[1], [2], [3]])
  }

  @Test func whoComesMeanwhileIsServedTogetherAndAnsweredAlone() async throws {
    let counter = Counter()
    let coalescer = Coalescer<Int, Int>(rounds: 1, items: 2, serve: counter.serve)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addImmediateTask { try await coalescer(1) == 2 }
      await counter.next()
      group.addImmediateTask { try await coalescer(2) == 3 }
      group.addImmediateTask { await #expect(throws: Negative.self) { try await coalescer(-1) } != nil }
      group.addImmediateTask { try await coalescer(4) == 5 }
      counter.letGo()
      for try await isRight in group { #expect(isRight) }
    }
    #expect(counter.rounds == [[1], [2, -1], [4]])
  }

  /// One who is served for long does not hold up many.
  @Test func manyWhoWaitBeginAFurtherRound() async throws {
    let counter = Counter()
    let coalescer = Coalescer<Int, Int>(rounds: 2, company: 3, serve: counter.serve)
    try await withThrowingTaskGroup(of: Int.self) { group in
      group.addImmediateTask { try await coalescer(1) }
      await counter.next()
      for item in 2...4 { group.addImmediateTask { try await coalescer(item) } }
      await counter.next()
      for item in 5...9 { group.addImmediateTask { try await coalescer(item) } }
      #expect(counter.rounds == [[1], [2, 3, 4]])
      counter.letGo()
      let sum = try await group.reduce(0, +)
      #expect(sum == 54)
    }
    #expect(counter.rounds.count == 3)
  }
}
