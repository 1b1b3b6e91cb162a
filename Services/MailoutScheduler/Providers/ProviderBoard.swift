import Synchronization

/// The providers as this replica knows them at the moment.
final class ProviderBoard: Sendable {
  private let states = Mutex<[String: ProviderState]>([:])

  func state(of provider: String) -> ProviderState {
    let known = states.withLock { $0[provider] }
    if let known { return known }
    return provider == MailoutDraft.defaultProvider
      ? .assumed : ProviderState(isEnabled: false, rateLimit: nil, circuit: .closed, reopensAt: nil)
  }

  /// The names a mailout may use.
  var names: Set<String> { states.withLock { Set($0.keys) }.union([MailoutDraft.defaultProvider]) }

  func replace(by states: [String: ProviderState]) { self.states.withLock { $0 = states } }
}
