import Synchronization

/// Collects what happens, and lets a test wait until something has.
final class EventLog<Event: Sendable>: Sendable {
  private struct Watch {
    let matches: @Sendable (Event) -> Bool
    let continuation: CheckedContinuation<Event, Never>
  }

  private struct State {
    var events: [Event] = []
    var watches: [Watch] = []
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
  @discardableResult
  func first(after skipping: Int = 0, where matches: @escaping @Sendable (Event) -> Bool) async -> Event {
    await withCheckedContinuation { continuation in
      let found = state.withLock { state -> Event? in
        if let event = state.events.dropFirst(skipping).first(where: matches) { return event }
        state.watches.append(Watch(matches: matches, continuation: continuation))
        return nil
      }
      if let found { continuation.resume(returning: found) }
    }
  }
}
