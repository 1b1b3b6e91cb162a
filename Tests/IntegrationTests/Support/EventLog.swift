import Synchronization

/// Collects what happens, and lets a test wait until something has.
final class EventLog<Event: Sendable>: Sendable {
  private struct Watch {
    let matches: @Sendable (Event) -> Bool
    let number: Int
    let continuation: CheckedContinuation<Event, any Error>
  }

  private struct State {
    var events: [Event] = []
    var watches: [Watch] = []
    var lastNumber = 0
  }

  private let state = Mutex(State())

  var events: [Event] { state.withLock { $0.events } }

  func add(_ event: Event) {
    let found = state.withLock { state in
      state.events.append(event)
      let found = state.watches.filter { $0.matches(event) }
      state.watches.removeAll { $0.matches(event) }
      return found
    }
    for watch in found { watch.continuation.resume(returning: event) }
  }

  /// The first event that matches, past the first `skipping` ones, now or when it comes.
  /// - Throws: `CancellationError` once the test's time is over, so that it fails instead of waiting for ever.
  @discardableResult
  func first(after skipping: Int = 0, where matches: @escaping @Sendable (Event) -> Bool) async throws -> Event {
    let number = state.withLock { state in
      state.lastNumber += 1
      return state.lastNumber
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let found = state.withLock { state -> Result<Event, any Error>? in
          if let event = state.events.dropFirst(skipping).first(where: matches) { return .success(event) }
          if Task.isCancelled { return .failure(CancellationError()) }
          state.watches.append(Watch(matches: matches, number: number, continuation: continuation))
          return nil
        }
        if let found { continuation.resume(with: found) }
      }
    } onCancel: {
      let watch = state.withLock { state in
        let index = state.watches.firstIndex { $0.number == number }
        return index.map { state.watches.remove(at: $0) }
      }
      watch?.continuation.resume(throwing: CancellationError())
    }
  }
}
