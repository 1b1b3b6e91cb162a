import Synchronization

/// A token bucket for each principal: full at first, filled evenly, so many requests a minute.
///
/// Kept in this process alone: with several gateways each of them grants as much. It guards against programs that run
/// wild, not against crowds.
final class RateLimiter: Sendable {
  static let window = Duration.seconds(60)
  /// With more principals than this, those who are full again are forgotten.
  private static let crowd = 10_000

  /// Requests a minute; the bucket holds as many.
  let quota: Int
  private let interval: Duration
  /// When each bucket will be full again (the "theoretical arrival time" of the generic cell rate algorithm).
  private let fullAt = Mutex<[String: ContinuousClock.Instant]>([:])

  /// - Returns: nil for a quota of 0, which limits nobody.
  init?(quota: Int) {
    guard quota > 0 else { return nil }
    self.quota = quota
    interval = Self.window / quota
  }

  /// Takes a token, if there is one.
  func take(_ principal: String, now: ContinuousClock.Instant = .now) -> RateLimit {
    fullAt.withLock { fullAt in
      if fullAt.count > Self.crowd { fullAt = fullAt.filter { $0.value > now } }
      let before = max(fullAt[principal] ?? now, now)
      let after = before + interval
      let missing = now.duration(to: after)
      guard missing <= Self.window else {
        return RateLimit(
          quota: quota, remaining: 0, untilFull: now.duration(to: before), retryAfter: missing - Self.window)
      }
      fullAt[principal] = after
      return RateLimit(
        quota: quota, remaining: Int((Self.window - missing) / interval), untilFull: missing, retryAfter: nil)
    }
  }
}
