/// What must hold at the instant before a call. A pure rule: the caller brings both clocks.
struct CallGuard: Sendable {
  enum Permission: Equatable, Sendable {
    /// Call, and give up after so long at the latest.
    case call(timeout: Duration)
    /// The deadline is here: no call starts at or after it.
    case expired
    /// The claim may belong to another by now: start nothing.
    case leaseLost
  }

  /// Wall-clock deadline, microseconds since 1970.
  let deadline: Int64
  /// The same instant on the monotonic clock, fixed on receipt, so that a clock set back prolongs nothing.
  let monotonicDeadline: ContinuousClock.Instant

  init(deadline: Int64, receivedAt now: Int64, monotonic: ContinuousClock.Instant) {
    self.deadline = deadline
    monotonicDeadline = monotonic + .microseconds(deadline - now)
  }

  /// - Parameters:
  ///   - now: wall clock, microseconds since 1970.
  ///   - leaseUntil: until when the claim is surely ours.
  func permission(
    now: Int64, monotonic: ContinuousClock.Instant, leaseUntil: ContinuousClock.Instant, callTimeout: Duration
  ) -> Permission {
    let left = min(.microseconds(deadline - now), monotonic.duration(to: monotonicDeadline))
    guard left > .zero else { return .expired }
    guard monotonic < leaseUntil else { return .leaseLost }
    return .call(timeout: min(left, callTimeout))
  }
}
