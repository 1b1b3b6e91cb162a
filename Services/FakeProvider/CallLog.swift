import Synchronization

/// Every call that was taken in, and how it was answered.
final class CallLog: Sendable {
  private struct State {
    var table = CallTable()
    var texts: Texts
    var counts = CallCounts()
  }

  private let state: Mutex<State>
  private let keepsAllTexts: Bool

  init(keepsAllTexts: Bool) {
    self.keepsAllTexts = keepsAllTexts
    state = Mutex(State(texts: Texts(keepsAll: keepsAllTexts)))
  }

  /// Notes a call that is answered at once.
  func take(_ call: SendCall, at now: Int64, answer: Answer) {
    state.withLock { state in
      let number = Self.note(call, now, &state)
      Self.settle(number, answer, &state)
    }
  }

  /// Notes a call that is answered later, by `settle`; where in the log it stands.
  func open(_ call: SendCall, at now: Int64) -> CallPlace {
    state.withLock { state in
      state.counts.inFlight += 1
      return CallPlace(number: Self.note(call, now, &state), epoch: state.counts.epoch)
    }
  }

  /// An open call is answered (or given up by its client).
  func settle(_ place: CallPlace, _ answer: Answer) {
    state.withLock { state in
      guard place.epoch == state.counts.epoch else { return }
      state.counts.inFlight -= 1
      Self.settle(place.number, answer, &state)
    }
  }

  func refuse(_ refusal: Refusal) {
    state.withLock { $0.counts.refused[refusal, default: 0] += 1 }
  }

  /// How often a message was called for.
  func attempts(_ id: Int64) -> Int {
    state.withLock { state in state.table.find(id).map { Int(state.table[$0].calls) } ?? 0 }
  }

  var stats: CallStats {
    state.withLock { CallStats($0.counts, unique: $0.table.count) }
  }

  func find(_ id: Int64) -> (record: CallRecord, text: [UInt8]?)? {
    state.withLock { state in
      state.table.find(id).map { (state.table[$0], state.texts.find(id)) }
    }
  }

  /// Records in the order of their messages' first calls, from the record of that number on: a message that is called
  /// for later stands behind all of them, whatever its id.
  func page(from number: Int, limit: Int) -> [CallRecord] {
    state.withLock { state in
      let start = min(number, state.table.count)
      return (start..<min(start + limit, state.table.count)).map { state.table[$0] }
    }
  }

  /// Forgets everything; calls still open are not counted when they end.
  func reset() {
    state.withLock { state in
      let epoch = state.counts.epoch + 1
      state = State(texts: Texts(keepsAll: keepsAllTexts))
      state.counts.epoch = epoch
    }
  }

  private static func note(_ call: SendCall, _ now: Int64, _ state: inout State) -> Int {
    state.counts.calls += 1
    state.counts.arrived(now)
    state.texts.keep(call)
    return state.table.note(call, at: now)
  }

  private static func settle(_ number: Int, _ answer: Answer, _ state: inout State) {
    state.counts.answers[answer, default: 0] += 1
    guard answer.accepts else { return }
    state.counts.accepted += 1
    if state.table[number].accepted == 0 { state.counts.acceptedUnique += 1 }
    state.table[number].accepted += 1
  }
}
