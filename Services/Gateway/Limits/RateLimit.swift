import Contracts
import HTTPServer

/// What a principal may still ask for, as the headers of draft-ietf-httpapi-ratelimit-headers-10 tell it.
struct RateLimit: Sendable, Equatable {
  var quota: Int
  var remaining: Int
  /// Until the bucket is full again.
  var untilFull: Duration
  /// Until there is a token; nil where there was one.
  var retryAfter: Duration?

  /// Adds `RateLimit` and `RateLimit-Policy` to an answer.
  func add(to headers: inout HTTPHeaders) {
    headers.add("RateLimit-Policy", "\"default\";q=\(quota);w=\(RateLimiter.window.components.seconds)")
    headers.add("RateLimit", "\"default\";r=\(remaining);t=\(Self.seconds(untilFull))")
  }

  /// 429, where there was no token.
  var refusal: Refusal? {
    guard let retryAfter else { return nil }
    var refusal = Refusal(
      Problem(
        .throttled,
        "More than \(quota) requests in \(RateLimiter.window.components.seconds) seconds; there is room again in \(Self.seconds(retryAfter)) s."
      ))
    refusal.headers = [("Retry-After", String(Self.seconds(retryAfter)))]
    return refusal
  }

  /// Whole seconds, at least one: rounded up, so that nobody comes too early.
  private static func seconds(_ duration: Duration) -> Int64 {
    let (seconds, rest) = duration.components
    return max(1, seconds + (rest > 0 ? 1 : 0))
  }
}
