/// The issue windows of the providers, as this replica sees them.
actor Pace {
  private let store: BatchStore
  private var windows: [String: IssueWindow] = [:]

  init(store: BatchStore) { self.store = store }

  /// Messages that may be issued for a provider now.
  func room(of provider: String) async throws -> Int {
    let load = try await store.load(of: provider)
    return windows[provider, default: IssueWindow()].room(
      IssueWindow.Reading(at: .now, settled: load.settled, outstanding: load.outstanding))
  }
}
