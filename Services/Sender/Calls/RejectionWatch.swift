/// Watches for mailouts that a provider refuses: more than half of the last 200 outcomes rejected for one reason.
struct RejectionWatch: Sendable {
  static let span = 200

  private struct Ring: Sendable {
    /// The last outcomes: a reason's number, 0 for any other end.
    var outcomes = [UInt16](repeating: 0, count: span)
    var next = 0
    var reasons: [String: UInt16] = [:]
    var counts: [UInt16: Int] = [:]

    mutating func number(of reason: String) -> UInt16 {
      if let known = reasons[reason] { return known }
      let number = UInt16(reasons.count + 1)
      reasons[reason] = number
      return number
    }
  }

  /// Mailouts that have met a rejection.
  private var rings: [Int64: Ring] = [:]

  /// - Parameter rejection: the reason, or nil for another end.
  /// - Returns: whether that reason now has more than half; then the mailout starts afresh.
  mutating func note(_ rejection: String?, of mailoutID: Int64) -> Bool {
    guard rejection != nil || !rings.isEmpty else { return false }
    guard var ring = rings.removeValue(forKey: mailoutID) ?? (rejection == nil ? nil : Ring()) else { return false }
    if ring.reasons.count > 1000 { ring = Ring() }
    if rings.count > 1000 { rings = [:] }
    let number = rejection.map { ring.number(of: $0) } ?? 0
    let forgotten = ring.outcomes[ring.next]
    if forgotten != 0 { ring.counts[forgotten, default: 0] -= 1 }
    ring.outcomes[ring.next] = number
    ring.next = (ring.next + 1) % Self.span
    if number != 0 {
      ring.counts[number, default: 0] += 1
      if ring.counts[number, default: 0] * 2 > Self.span { return true }
    }
    rings[mailoutID] = ring
    return false
  }
}
