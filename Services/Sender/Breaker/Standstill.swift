/// Notices that this process itself stood still: stopped by a signal, or with its whole machine. What a call waited
/// meanwhile says nothing of its provider. A value with no clock of its own; somebody looks several times a second,
/// once a second while there is no call that it could meet.
struct Standstill: Sendable {
  /// Work alone does not keep a loop for so long.
  static let least: Duration = .seconds(2)

  private var lastLook: ContinuousClock.Instant
  private var wokeAt: ContinuousClock.Instant?

  init(now: ContinuousClock.Instant) { lastLook = now }

  /// - Returns: whether it has stood still since the last look.
  mutating func look(at now: ContinuousClock.Instant) -> Bool {
    let hasStood = now - lastLook >= Self.least
    if hasStood { wokeAt = now }
    lastLook = max(lastLook, now)
    return hasStood
  }

  /// Whether what began then was under way while it stood still.
  func wasMet(by start: ContinuousClock.Instant) -> Bool { wokeAt.map { start < $0 } ?? false }
}
