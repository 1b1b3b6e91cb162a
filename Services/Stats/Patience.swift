/// For questions about what is so new that statistics may not have heard of it yet: whoever has an id from a 201 is not
/// told that it does not exist.
enum Patience {
  static func ask<Value>(
    for limit: Duration = .seconds(1), _ ask: () async throws -> Value?
  ) async throws -> Value? {
    let end = ContinuousClock.now + limit
    while true {
      if let value = try await ask() { return value }
      guard ContinuousClock.now < end else { return nil }
      try await Task.sleep(for: .milliseconds(25))
    }
  }
}
