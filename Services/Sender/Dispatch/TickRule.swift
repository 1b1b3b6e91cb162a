/// How soon a dispatcher looks again for what comes due by time alone.
enum TickRule {
  /// While anything may.
  static let soon: Duration = .milliseconds(100)
  /// While nothing can. Well within `Standstill.least`: a look that is a little late is no standstill.
  static let rest: Duration = .seconds(1)

  /// - Parameters:
  ///   - isHolding: whether batches, messages or calls are in hand, all of which end in time.
  ///   - isTripped: whether the breaker's word is not written down yet.
  static func pause(
    of provider: Provider, isHolding: Bool, isTripped: Bool, breaker: CircuitBreaker, at now: ContinuousClock.Instant
  ) -> Duration {
    isHolding || isTripped || provider.isTended || breaker.isOccupied(at: now) ? soon : rest
  }
}

extension Provider {
  /// Whether a sender is to try it, or to say that it still does, as soon as the time has come.
  fileprivate var isTended: Bool { isEnabled && circuit.mode == .auto && circuit.state != .closed }
}
