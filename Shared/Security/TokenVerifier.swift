import FoundationEssentials
import Synchronization

/// Verifies ES256 tokens against a key set, and remembers good ones, as one signature costs about 100 µs.
///
/// A remembered token's times are still checked at every call; a change of keys forgets all.
public final class TokenVerifier: Sendable {
  private let rules: TokenRules
  private let state: Mutex<State>

  private struct State {
    var keys: KeySet
    var cache: TokenCache
    /// Raised with every change of keys, so that a verification begun before it is not remembered.
    var revision = 0
  }

  /// - Parameter cacheCapacity: how many good tokens are remembered at most; 0 for none.
  public init(keys: KeySet, rules: TokenRules, cacheCapacity: Int = 4096) {
    self.rules = rules
    state = Mutex(State(keys: keys, cache: TokenCache(capacity: cacheCapacity)))
  }

  /// Puts other keys in force at once: tokens of keys no longer in the set are refused from now on.
  public func replaceKeys(_ keys: KeySet) {
    state.withLock { state in
      state.keys = keys
      state.cache.removeAll()
      state.revision += 1
    }
  }

  /// The claims (JSON) of a good token.
  /// - Throws: a `SecurityError` that says why it is not.
  public func verify(_ token: String, at now: Date = Date()) throws(SecurityError) -> [UInt8] {
    let digest = SecretDigest.of(token)
    let (known, keys, revision) = state.withLock { ($0.cache.find(digest), $0.keys, $0.revision) }
    if let known {
      do {
        try known.lifetime.check(now)
      } catch {
        state.withLock { $0.cache.remove(digest) }
        throw error
      }
      return known.payload
    }
    let entry = try examine(token, keys)
    try entry.lifetime.check(now)
    state.withLock { state in
      if state.revision == revision { state.cache.insert(entry, for: digest) }
    }
    return entry.payload
  }

  private func examine(_ token: String, _ keys: KeySet) throws(SecurityError) -> TokenCache.Entry {
    let token = try CompactToken.parse(token)
    try token.expect(.es256)
    guard let id = token.keyID, let key = keys[id] else {
      throw SecurityError(.unknownKey, "the token is signed with an unknown key")
    }
    let payload = try token.payload(verifiedBy: key.key, .es256)
    return TokenCache.Entry(payload: payload, lifetime: try rules.lifetime(of: payload))
  }

  /// How many tokens are remembered, for a gauge.
  public var rememberedCount: Int { state.withLock { $0.cache.count } }
}
