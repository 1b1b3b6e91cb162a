/// Looks until it is so: for what no event tells. Between two looks it sleeps: a loop that only yields keeps a core from
/// what it waits for, and does not end with its test.
func until(_ isSo: () async throws -> Bool) async throws {
  while try await !isSo() { try await Task.sleep(for: .milliseconds(5)) }
}
