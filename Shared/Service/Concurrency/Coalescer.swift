import Synchronization

/// Serves callers who come while others are served together: one statement for many rows instead of one each.
///
/// Who comes while nobody is served is served at once. Who comes while others are waits for them, and is served together
/// with whoever else waits; where that are many, or somebody is served for long, in a further round beside them. So a lone
/// caller loses nothing, and the more there are, the less each costs.
public final class Coalescer<Item: Sendable, Answer: Sendable>: Sendable {
  /// Answers items in their order, one answer each.
  public typealias Serve = @Sendable ([Item]) async -> [Result<Answer, any Error>]

  private struct Caller {
    let item: Item
    let continuation: CheckedContinuation<Answer, any Error>
  }

  private struct State {
    var waiting: [Caller] = []
    var rounds = 0
  }

  private let state = Mutex(State())
  private let maxRounds: Int
  private let maxItems: Int
  private let company: Int
  private let executor: (any TaskExecutor)?
  private let serve: Serve

  /// - Parameters:
  ///   - rounds: how many may be under way at once.
  ///   - company: how many must wait before there is more than one.
  ///   - items: how many one round serves at most.
  ///   - executor: where the rounds run; nil for the global one.
  public init(
    rounds: Int = 4, company: Int = 16, items: Int = 100, executor: (any TaskExecutor)? = nil, serve: @escaping Serve
  ) {
    precondition(rounds > 0 && company > 0 && items > 0)
    maxRounds = rounds
    maxItems = items
    self.company = company
    self.executor = executor
    self.serve = serve
  }

  /// The answer to the item. A caller who is cancelled meanwhile is answered all the same.
  public func callAsFunction(_ item: Item) async throws -> Answer {
    try await withCheckedThrowingContinuation { continuation in
      let begins = state.withLock { state in
        state.waiting.append(Caller(item: item, continuation: continuation))
        guard state.rounds == 0 || state.rounds < maxRounds && state.waiting.count >= company else { return false }
        state.rounds += 1
        return true
      }
      if begins { Task(executorPreference: executor) { await self.work() } }
    }
  }

  private func work() async {
    while let callers = next() {
      let answers = await serve(callers.map(\.item))
      precondition(answers.count == callers.count, "each item has its answer")
      for (caller, answer) in zip(callers, answers) { caller.continuation.resume(with: answer) }
    }
  }

  /// The next round's callers; nil, and one round less, where nobody waits.
  private func next() -> [Caller]? {
    state.withLock { state in
      let callers = Array(state.waiting.prefix(maxItems))
      if callers.isEmpty {
        state.rounds -= 1
        return nil
      }
      state.waiting.removeFirst(callers.count)
      return callers
    }
  }
}
