import Contracts
import Messaging

/// Asks the customer service about keys and clients: once for all who wait for the same, never more than so many at a
/// time about such as nobody has heard of, and not for an address that has shown too many bad ones.
actor RevocableDesk {
  static let timeout = Duration.seconds(5)
  /// Questions at a time about credentials that have not been good before.
  static let maxStrangers = 64

  nonisolated let cache = RevocableCache()
  private nonisolated let failures = FailureLimit()
  private let operations: any OperationCalling
  private var waiters: [RevocableCredential: [CheckedContinuation<Void, Never>]] = [:]
  private var strangers = 0

  init(operations: any OperationCalling) { self.operations = operations }

  /// - Throws: `Problem` `throttled` or `unavailable` where it is not known.
  func state(
    of credential: RevocableCredential, address: String
  ) async throws(Problem) -> RevocableCredential.State {
    // Who waited for another's question that came to nothing asks for themselves.
    while waiters[credential] != nil {
      await withCheckedContinuation { waiters[credential]?.append($0) }
      if let state = cache.fresh(credential) { return state }
    }
    if let state = cache.fresh(credential) { return state }
    return try await ask(credential, address)
  }

  private func ask(
    _ credential: RevocableCredential, _ address: String
  ) async throws(Problem) -> RevocableCredential.State {
    let isStranger = !cache.wasGood(credential)
    if isStranger {
      guard !failures.isReached(by: address) else {
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
      cache.keep(state, of: credential)
      if state == .unknown { failures.note(address) }
      return state
    } catch {
      if error.code == .unavailable, let state = cache.stretch(credential) { return state }
      throw error
    }
  }
}
