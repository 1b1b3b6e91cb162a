import Testing

@testable import Gateway

@Suite struct RateLimitTests {
  @Test func aBucketIsEmptiedAndFillsEvenly() throws {
    let limiter = try #require(RateLimiter(quota: 60))
    let start = ContinuousClock.now
    for left in (0..<60).reversed() {
      let limit = limiter.take("a", now: start)
      #expect(limit.remaining == left)
      #expect(limit.refusal == nil)
    }
    let over = limiter.take("a", now: start)
    #expect(over.remaining == 0)
    #expect(over.retryAfter == .seconds(1))
    #expect(over.refusal?.document.status == 429)
    #expect(limiter.take("b", now: start).remaining == 59, "others are not concerned")
    #expect(limiter.take("a", now: start + .milliseconds(999)).retryAfter != nil, "an answer of 429 costs nothing")
    #expect(limiter.take("a", now: start + .seconds(1)).retryAfter == nil)
    #expect(limiter.take("a", now: start + .seconds(1)).retryAfter != nil)
    #expect(limiter.take("a", now: start + .seconds(600)).remaining == 59)
  }

  @Test func noQuotaIsNoLimit() {
    #expect(RateLimiter(quota: 0) == nil)
  }

  @Test func answersSayWhatIsLeft() async throws {
    var settings = GatewaySettings()
    settings.rateLimit = 2
    try await TestGateway.run(settings: settings) { gateway in
      let first = try await gateway.send("GET", "/api/customers/1")
      #expect(first.status == 200)
      #expect(first.headers["RateLimit-Policy"] == "\"default\";q=2;w=60")
      #expect(first.headers["RateLimit"] == "\"default\";r=1;t=30")
      #expect(try await gateway.send("GET", "/api/customers/x").headers["RateLimit"]?.contains("r=0") == true)
      let refused = try await gateway.send("GET", "/api/customers/1")
      #expect(refused.status == 429)
      #expect(refused.problem("type") == "urn:mailout:problem:throttled")
      #expect(refused.headers["RateLimit"]?.contains("r=0") == true)
      #expect(refused.headers["Retry-After"] == "30")
      #expect(gateway.operations.asked.count == 1)
      #expect(try await gateway.send("GET", "/livez", token: .none).headers["RateLimit"] == nil)
    }
  }
}
