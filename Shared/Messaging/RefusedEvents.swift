/// Public events that the queue of a stranger does not take, and how long they wait for it. A value with no clock of its
/// own.
///
/// A broker refuses an event when one of the queues bound to it does: every other has it. In an election that is over in
/// seconds; a queue that is full, and told to reject what comes, is its owner's affair: who makes no room within the
/// patience misses what comes meanwhile, and nobody else waits any longer.
struct RefusedEvents: Sendable {
  /// How long events of one type are tried again.
  static let patience: Duration = .seconds(30)
  /// Before one is tried again.
  static let rest: Duration = .seconds(1)

  /// Since when events of a type have been refused, without one that was taken.
  private var since: [String: ContinuousClock.Instant] = [:]
  /// Rows that are not to be tried before.
  private var resting: [Int64: ContinuousClock.Instant] = [:]

  /// The rows to pass over.
  mutating func passedOver(at now: ContinuousClock.Instant) -> [Int64] {
    if !resting.isEmpty { resting = resting.filter { $0.value > now } }
    return Array(resting.keys)
  }

  mutating func taken(_ type: String) { since[type] = nil }

  /// - Returns: whether it is to be given up; else it rests.
  mutating func refused(_ id: Int64, _ type: String, at now: ContinuousClock.Instant) -> Bool {
    let first = since[type] ?? now
    since[type] = first
    if now - first >= Self.patience { return true }
    wait(id, at: now)
    return false
  }

  /// Nobody knows whether it was taken: it rests, and is never given up.
  mutating func wait(_ id: Int64, at now: ContinuousClock.Instant) { resting[id] = now + Self.rest }
}
