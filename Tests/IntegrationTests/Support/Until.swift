import Testing

/// Looks until it is so: for what no event tells. Between two looks it sleeps: a loop that only yields keeps a core from
/// what it waits for, and does not end with its test. After ten minutes the test fails here.
func until(sourceLocation: SourceLocation = #_sourceLocation, _ isSo: () async throws -> Bool) async throws {
  let end = ContinuousClock.now + .seconds(600)
  while try await !isSo() {
    try #require(ContinuousClock.now < end, "it does not come to be so", sourceLocation: sourceLocation)
    try await Task.sleep(for: .milliseconds(5))
  }
}
