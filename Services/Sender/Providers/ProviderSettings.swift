import Contracts

/// How a provider is treated: what an operator may set besides its name, address and bearer.
struct ProviderSettings: Sendable, Equatable {
  /// The longest one call may take.
  var timeout: Duration = .seconds(10)
  /// Of it, the longest that resolving and connecting may take.
  var connectTimeout: Duration = .seconds(5)
  /// Calls under way at once at most, for each sender.
  var concurrency = 64
  /// Calls a second over all senders.
  var rateLimit: Int?
  var retry = RetryPolicy()
  var breaker = BreakerPolicy()

  /// As JSON members, for rows and people; durations in milliseconds.
  var members: [String: JSON] {
    [
      "timeout_ms": .ms(timeout), "connect_timeout_ms": .ms(connectTimeout),
      "concurrency": .integer(Int64(concurrency)), "rate_limit": rateLimit.map { .integer(Int64($0)) } ?? .null,
      "retry": [
        "max_attempts": .integer(Int64(retry.maxAttempts)), "base_ms": .ms(retry.base), "cap_ms": .ms(retry.cap),
        "total_ms": .ms(retry.total),
      ],
      "breaker": breaker.json,
    ]
  }

  /// Takes over what an object says; what it does not name stays.
  mutating func read(_ reader: inout FieldReader) {
    reader.set(&timeout, "timeout_ms", in: 100...120_000)
    reader.set(&connectTimeout, "connect_timeout_ms", in: 50...60_000)
    reader.set(&concurrency, "concurrency", in: 1...4096)
    if reader.isNull("rate_limit") { rateLimit = nil }
    if let rate = reader.integer("rate_limit", in: 1...1_000_000) { rateLimit = Int(rate) }
    if let changed = reader.object("retry", { retry.changed(by: &$0) }) { retry = changed }
    if let changed = reader.object("breaker", { breaker.changed(by: &$0) }) { breaker = changed }
  }

  /// The stored form; a row of another release may lack or have members.
  static func stored(_ json: JSON) -> ProviderSettings {
    var settings = ProviderSettings()
    var reader = FieldReader(json)
    settings.read(&reader)
    return settings
  }
}

extension RetryPolicy {
  fileprivate func changed(by reader: inout FieldReader) -> RetryPolicy {
    var policy = self
    reader.set(&policy.maxAttempts, "max_attempts", in: 1...100)
    reader.set(&policy.base, "base_ms", in: 10...600_000)
    reader.set(&policy.cap, "cap_ms", in: 10...86_400_000)
    reader.set(&policy.total, "total_ms", in: 10...604_800_000)
    return policy
  }
}
