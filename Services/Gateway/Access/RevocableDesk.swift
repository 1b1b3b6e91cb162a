import Contracts
import Messaging

/// Asks the customer service about keys and clients: once for all who wait for the same, never more than so many at a
/// time about such as nobody has heard of, and not for an address that has shown too many bad ones.
actor RevocableDesk {
  static let timeout = Duration.seconds(5)
  /// Questions at a time about credentials that have not been good before.
  static let maxStrangers = 64

  private nonisolated let cache = RevocableCache()
  private nonisolated let failures = FailureLimit()
  private let operations: any OperationCalling
  private nonisolated let now: @Sendable () -> ContinuousClock.Instant
  private var waiters: [RevocableCredential: [CheckedContinuation<Void, Never>]] = [:]
  private var strangers = 0

  init(operations: any OperationCalling, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
    self.operations = operations
    self.now = now
  }

  /// The state, where nobody need be asked.
  nonisolated func fresh(_ credential: RevocableCredential) -> RevocableCredential.State? {
    cache.fresh(credential, now: now())
  }

  /// - Throws: `Problem` `throttled` or `unavailable` where it is not known.
  func state(
    of credential: RevocableCredential, address: String
  ) async throws(Problem) -> RevocableCredential.State {
    // Who waited for another's question that came to nothing asks for themselves.
    while waiters[credential] != nil {
      await withCheckedContinuation { waiters[credential]?.append($0) }
      if let state = fresh(credential) { return state }
    }
    if let state = fresh(credential) { return state }
    return try await ask(credential, address)
  }

  private func ask(
    _ credential: RevocableCredential, _ address: String
  ) async throws(Problem) -> RevocableCredential.State {
    let isStranger = !cache.wasGood(credential)
    if isStranger {
      guard !failures.isReached(by: address, now: now()) else {
        throw Problem(.throttled, "Too many bad API keys; try again in a minute.")
      }
      guard strangers < Self.maxStrangers else {
        throw Problem(.unavailable, "Too many credentials are being checked; try again.")
      }
      strangers += 1
    }
    waiters[credential] = []
    defer {
      if isStranger { strangers -= 1 }
      for waiter in waiters.removeValue(forKey: credential) ?? [] { waiter.resume() }
    }
    do {
      let state = try await credential.ask(operations, address: address, timeout: Self.timeout)
      cache.keep(state, of: credential, now: now())
      if state == .unknown { failures.note(address, now: now()) }
      return state
    } catch {
      if error.code == .unavailable, let state = cache.stretch(credential, now: now()) { return state }
      throw error
    }
  }
}
