/// Names one timer of one loop.
public struct TimerToken: Hashable, Sendable {
  let number: UInt64
}

/// A binary heap of timers by instant; cancelled ones are dropped when they surface.
struct TimerHeap {
  private struct Entry {
    let instant: ContinuousClock.Instant
    let number: UInt64
  }

  private var heap: [Entry] = []
  private var bodies: [UInt64: () -> Void] = [:]
  private var last: UInt64 = 0

  mutating func insert(at instant: ContinuousClock.Instant, _ body: @escaping () -> Void) -> TimerToken {
    last += 1
    bodies[last] = body
    heap.append(Entry(instant: instant, number: last))
    siftUp(from: heap.count - 1)
    return TimerToken(number: last)
  }

  mutating func cancel(_ token: TimerToken) {
    bodies.removeValue(forKey: token.number)
    // Many cancelled timers far in the future would otherwise pile up.
    if heap.count > 64 && heap.count > 4 * bodies.count { rebuild() }
  }

  /// The body of the earliest timer that is due, taken out.
  mutating func popDue(now: ContinuousClock.Instant) -> (() -> Void)? {
    while let first = heap.first {
      guard bodies[first.number] != nil else {
        removeFirst()
        continue
      }
      guard first.instant <= now else { return nil }
      removeFirst()
      return bodies.removeValue(forKey: first.number)
    }
    return nil
  }

  /// Milliseconds to wait, rounded up so that no timer fires early; -1 where no timer is set.
  mutating func millisecondsUntilNext(now: ContinuousClock.Instant) -> Int32 {
    while let first = heap.first, bodies[first.number] == nil { removeFirst() }
    guard let first = heap.first else { return -1 }
    let wait = now.duration(to: first.instant)
    guard wait > .zero else { return 0 }
    let (seconds, attoseconds) = wait.components
    guard seconds < 86_400 else { return 86_400_000 }
    return Int32(seconds) * 1000 + Int32((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }

  private mutating func rebuild() {
    heap = heap.filter { bodies[$0.number] != nil }.sorted { $0.instant < $1.instant }
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
      guard heap[child].instant < heap[parent].instant else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func siftDown(from start: Int) {
    var parent = start
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && heap[child].instant < heap[least].instant {
        least = child
      }
      guard least != parent else { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
