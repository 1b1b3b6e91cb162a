/// Names one timer of one loop.
public struct TimerToken: Hashable, Sendable {
  let slot: Int
  let number: UInt64
}

/// A binary heap of timers by instant, then by age; cancelled ones are dropped when they surface.
struct TimerHeap {
  private struct Entry {
    let instant: ContinuousClock.Instant
    let token: TimerToken

    func precedes(_ other: Entry) -> Bool {
      instant == other.instant ? token.number < other.token.number : instant < other.instant
    }
  }

  private struct Slot {
    var number: UInt64 = 0
    var body: (() -> Void)?
  }

  private var heap: [Entry] = []
  private var slots: [Slot] = []
  private var free: [Int] = []
  private var last: UInt64 = 0

  mutating func insert(at instant: ContinuousClock.Instant, _ body: @escaping () -> Void) -> TimerToken {
    last += 1
    let slot = free.popLast() ?? slots.count
    if slot == slots.count { slots.append(Slot()) }
    slots[slot] = Slot(number: last, body: body)
    let token = TimerToken(slot: slot, number: last)
    heap.append(Entry(instant: instant, token: token))
    siftUp(from: heap.count - 1)
    return token
  }

  /// The body is returned so that it dies outside the heap.
  mutating func cancel(_ token: TimerToken) -> (() -> Void)? {
    guard let body = take(token) else { return nil }
    // Many cancelled timers far in the future would otherwise pile up.
    if heap.count > 64 && heap.count > 4 * (slots.count - free.count) { rebuild() }
    return body
  }

  /// The timer's body, which is forgotten; nil where it was cancelled or has fired.
  mutating func take(_ token: TimerToken) -> (() -> Void)? {
    guard isSet(token) else { return nil }
    let body = slots[token.slot].body
    slots[token.slot].body = nil
    free.append(token.slot)
    return body
  }

  /// The timers that are due now, earliest first. Each is then fetched with `take`: an earlier one may cancel it.
  mutating func takeDue(into due: inout [TimerToken]) {
    due.removeAll(keepingCapacity: true)
    guard !heap.isEmpty else { return }
    let now = ContinuousClock.now
    while let first = heap.first, first.instant <= now {
      removeFirst()
      if isSet(first.token) { due.append(first.token) }
    }
  }

  /// Milliseconds to wait, rounded up so that no timer fires early; -1 where no timer is set.
  mutating func millisecondsUntilNext() -> Int32 {
    while let first = heap.first, !isSet(first.token) { removeFirst() }
    guard let first = heap.first else { return -1 }
    let wait = ContinuousClock.now.duration(to: first.instant)
    guard wait > .zero else { return 0 }
    let (seconds, attoseconds) = wait.components
    guard seconds < 86_400 else { return 86_400_000 }
    return Int32(seconds) * 1000 + Int32((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }

  private func isSet(_ token: TimerToken) -> Bool {
    slots[token.slot].number == token.number && slots[token.slot].body != nil
  }

  private mutating func rebuild() {
    heap = heap.filter { isSet($0.token) }.sorted { $0.precedes($1) }
  }

  private mutating func removeFirst() {
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    siftDown(from: 0)
  }

  private mutating func siftUp(from start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].precedes(heap[parent]) else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func siftDown(from start: Int) {
    var parent = start
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].precedes(heap[least]) {
        least = child
      }
      guard least != parent else { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
