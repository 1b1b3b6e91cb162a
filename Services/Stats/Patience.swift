import Synchronization

/// For questions about what is so new that statistics may not have heard of it yet: whoever has an id from a 201 is not
/// told that it does not exist. Whoever waits holds a place of those that the service has, and anybody may ask for what
/// does not exist: so only a few wait at a time, and who comes beyond them is asked for once.
final class Patience: Sendable {
  /// An eighth of the queries that are under way at once (see `OperationServer`), half of the commands.
  static let atOnce = 16
  static let ofReaders = Patience(atOnce: atOnce)
  /// Apart from the readers', who could else have receipts of new messages refused.
  static let ofReceipts = Patience(atOnce: atOnce)

  private let limit: Int
  private let waiting = Mutex(0)

  init(atOnce limit: Int) { self.limit = limit }

  func ask<Value>(for time: Duration = .seconds(1), _ ask: () async throws -> Value?) async throws -> Value? {
    if let value = try await ask() { return value }
    guard begin() else { return nil }
    defer { waiting.withLock { $0 -= 1 } }
    let end = ContinuousClock.now + time
    while ContinuousClock.now < end {
      try await Task.sleep(for: .milliseconds(25))
      if let value = try await ask() { return value }
    }
    return nil
  }

  private func begin() -> Bool {
    waiting.withLock { waiting in
      guard waiting < limit else { return false }
      waiting += 1
      return true
    }
  }
}
