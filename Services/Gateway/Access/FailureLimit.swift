import Synchronization

/// How many bad keys an address may show in a while before it is not listened to: so that whoever tries out keys costs
/// the customer service nothing.
final class FailureLimit: Sendable {
  static let limit = 30
  static let window = Duration.seconds(60)
  static let maxAddresses = 10_000

  private struct Count {
    var failures: Int
    let until: ContinuousClock.Instant
  }

  private let counts = Mutex<[String: Count]>([:])

  func isReached(by address: String, now: ContinuousClock.Instant = .now) -> Bool {
    counts.withLock { counts in
      guard let count = counts[address], now < count.until else { return false }
      return count.failures >= Self.limit
    }
  }

  func note(_ address: String, now: ContinuousClock.Instant = .now) {
    counts.withLock { counts in
      if let count = counts[address], now < count.until {
        counts[address]?.failures += 1
        return
      }
      if counts.count >= Self.maxAddresses {
        counts = counts.filter { now < $0.value.until }
        if counts.count >= Self.maxAddresses { counts.removeAll(keepingCapacity: true) }
      }
      counts[address] = Count(failures: 1, until: now + Self.window)
    }
  }
}
