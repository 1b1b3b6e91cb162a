import Synchronization

/// Every call that was taken in, and how it was answered.
final class CallLog: Sendable {
  private struct State {
    var table = CallTable()
    var texts: Texts
    var counts = CallCounts()
    var sorted: [Int64] = []
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

  /// Records in the order of ids, those greater than `after`.
  func page(after: Int64?, limit: Int) -> [CallRecord] {
    let unsorted: [Int64]? = state.withLock { $0.sorted.count == $0.table.count ? nil : $0.table.ids }
    if let unsorted {
      // Outside of the lock: calls go on.
      let sorted = unsorted.sorted()
      state.withLock { if $0.sorted.count < sorted.count { $0.sorted = sorted } }
    }
    return state.withLock { state in
      let start = after.map { Self.place($0, in: state.sorted) } ?? 0
      return state.sorted[start...].prefix(limit).compactMap { id in
        state.table.find(id).map { state.table[$0] }
      }
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

  /// The number of ids up to and with `id`.
  private static func place(_ id: Int64, in sorted: [Int64]) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] <= id { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
