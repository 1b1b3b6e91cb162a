import Synchronization

/// Keeps a failure that repeats from filling the log: the first is told, then one every `interval` with the number
/// left out in between.
///
///     if let leftOut = failures.admit("publish") { log.warning("cannot publish", [.field("left_out", leftOut)]) }
public final class RepeatGuard: Sendable {
  /// Further kinds share one entry, so that an endless variety of keys cannot fill the memory.
  static let maximumKeys = 256

  private struct Entry {
    var told: ContinuousClock.Instant
    var leftOut = 0
  }

  private let interval: Duration
  private let entries = Mutex<[String: Entry]>([:])

  public init(interval: Duration = .seconds(60)) {
    self.interval = interval
  }

  /// - Parameter key: what failed; every key is counted on its own.
  /// - Returns: nil where nothing is to be told now; else how many of this key were left out since the last.
  public func admit(_ key: String, at now: ContinuousClock.Instant = .now) -> Int? {
    entries.withLock { entries in
      let key = entries[key] == nil && entries.count >= Self.maximumKeys ? "" : key
      guard let entry = entries[key] else {
        entries[key] = Entry(told: now)
        return 0
      }
      guard now >= entry.told + interval else {
        entries[key]?.leftOut += 1
        return nil
      }
      entries[key] = Entry(told: now)
      return entry.leftOut
    }
  }

  /// Forgets the key, since it works again.
  /// - Returns: nil where it had not failed; else how many were left out, to be told with the good news.
  public func clear(_ key: String) -> Int? {
    entries.withLock { $0.removeValue(forKey: key)?.leftOut }
  }
}
