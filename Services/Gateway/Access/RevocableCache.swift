import Synchronization

/// What the customer service last said of keys and clients. An answer is used for a few seconds, so that a revocation
/// takes effect soon; while the service is away, a good one for a few minutes.
final class RevocableCache: Sendable {
  static let freshness = Duration.seconds(5)
  static let patience = Duration.seconds(300)
  /// Forged credentials have a place of their own: they drive out no good one.
  static let maxGood = 8192
  static let maxBad = 1024

  struct Entry: Sendable {
    let state: RevocableCredential.State
    /// When the service said so.
    let heard: ContinuousClock.Instant
    /// Until when nobody asks again.
    var restsUntil: ContinuousClock.Instant
  }

  private struct Entries {
    var good: [RevocableCredential: Entry] = [:]
    var bad: [RevocableCredential: Entry] = [:]
  }

  private let entries = Mutex(Entries())

  /// The state, where it is known and young enough.
  func fresh(_ credential: RevocableCredential, now: ContinuousClock.Instant = .now) -> RevocableCredential.State? {
    entry(credential).flatMap { now < $0.restsUntil ? $0.state : nil }
  }

  /// Whether it was good when it was last asked about.
  func wasGood(_ credential: RevocableCredential) -> Bool { entries.withLock { $0.good[credential] != nil } }

  func keep(
    _ state: RevocableCredential.State, of credential: RevocableCredential, now: ContinuousClock.Instant = .now
  ) {
    let entry = Entry(state: state, heard: now, restsUntil: now + Self.freshness)
    entries.withLock { entries in
      if case .good = state {
        entries.bad[credential] = nil
        if entries.good.count >= Self.maxGood { entries.good.removeAll(keepingCapacity: true) }
        entries.good[credential] = entry
      } else {
        entries.good[credential] = nil
        if entries.bad.count >= Self.maxBad { entries.bad.removeAll(keepingCapacity: true) }
        entries.bad[credential] = entry
      }
    }
  }

  /// The service did not answer: what it said before holds a while longer, and nobody waits for it again meanwhile.
  func stretch(_ credential: RevocableCredential, now: ContinuousClock.Instant = .now) -> RevocableCredential.State? {
    entries.withLock { entries in
      guard var entry = entries.good[credential], now - entry.heard < Self.patience else { return nil }
      entry.restsUntil = now + Self.freshness
      entries.good[credential] = entry
      return entry.state
    }
  }

  private func entry(_ credential: RevocableCredential) -> Entry? {
    entries.withLock { $0.good[credential] ?? $0.bad[credential] }
  }
}
