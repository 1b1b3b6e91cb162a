import EventLoop
import Service

/// What is limited: a mailout's calls, or a provider's, over all senders.
enum RateScope: Hashable, Sendable {
  case mailout(Int64)
  case provider(Int64)

  /// Its name in the table.
  var name: String {
    switch self {
    case .mailout(let id): "mailout:\(id)"
    case .provider(let id): "provider:\(id)"
    }
  }
}

/// A limit as it is now; after a change of the rate, tokens of the old one are of no use.
struct RateLimit: Hashable, Sendable {
  let scope: RateScope
  let grid: RateGrid
}

/// The tokens of this process, and the task that fetches them. Unchecked: made once, then touched on the dispatchers'
/// loop only.
final class RateDesk: @unchecked Sendable {
  /// How often slots are asked for, while anybody waits.
  private static let pause: Duration = .milliseconds(40)

  private let store: RateStore
  private let loop: EventLoop
  private let log: Log
  private var clock = DatabaseClock()
  private var stashes: [RateLimit: TokenStash] = [:]
  private var waiter: CheckedContinuation<Void, Never>?
  private var isClosed = false
  private var listeners: [ObjectIdentifier: () -> Void] = [:]

  init(store: RateStore, loop: EventLoop, log: Log) {
    self.store = store
    self.loop = loop
    self.log = log
  }

  /// - Parameters:
  ///   - who: until it is to be forgotten.
  ///   - act: called when tokens have come.
  func listen(_ who: AnyObject, _ act: @escaping () -> Void) { listeners[ObjectIdentifier(who)] = act }

  func forget(_ who: AnyObject) { listeners[ObjectIdentifier(who)] = nil }

  /// Whether a call may start now under all of these limits; then each has used a token.
  func take(_ limits: [(limit: RateLimit, backlog: Int)], at now: ContinuousClock.Instant) -> Bool {
    var isReady = true
    for (limit, backlog) in limits {
      // All are asked, so that all are fetched.
      let new = TokenStash(grid: limit.grid, now: now)
      if !stashes[limit, default: new].isReady(at: now, backlog: backlog) { isReady = false }
    }
    if isReady { for (limit, _) in limits { stashes[limit]?.use() } }
    waiter?.resume()
    waiter = nil
    return isReady
  }

  /// When the next token of any of these may be used.
  func next(after now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
    stashes.values.compactMap { $0.next(after: now) }.min()
  }

  /// Fetches tokens for as long as anybody waits for some, until cancelled.
  func run() async {
    await withTaskCancellationHandler {
      await withTaskExecutorPreference(loop) { await fetchAll() }
    } onCancel: {
      loop.execute { [self] in close() }
    }
  }

  private func close() {
    isClosed = true
    waiter?.resume()
    waiter = nil
  }

  private func fetchAll() async {
    var isReported = false
    while !isClosed && !Task.isCancelled {
      if stashes.isEmpty { await withCheckedContinuation { waiter = $0 } }
      do {
        try await fetch()
        if isReported { log.info("rate tokens come again") }
        isReported = false
      } catch {
        if Task.isCancelled { return }
        if !isReported { log.error("no rate tokens: limited calls wait", [.error(error)]) }
        isReported = true
      }
      do { try await Task.sleep(for: Self.pause * Double.random(in: 0.5...1)) } catch { return }
    }
  }

  private func fetch() async throws {
    let asked = ContinuousClock.now
    guard let present = clock.there(asked) else {
      let time = try await store.time()
      clock.note(time, asked: asked, answered: .now)
      return
    }
    var requests: [(scope: String, request: TokenStash.Request)] = []
    var asking: [String: RateLimit] = [:]
    for limit in stashes.keys.shuffled() {
      guard let stash = stashes[limit], asked - stash.lastWanted < TokenStash.interest else {
        stashes[limit] = nil
        continue
      }
      // Two limits of one scope are an old and a new one, or of two providers: they take turns.
      guard asking[limit.scope.name] == nil else { continue }
      asking[limit.scope.name] = limit
      requests += (stashes[limit]?.requests(present: present, now: asked) ?? []).map { (limit.scope.name, $0) }
    }
    guard !requests.isEmpty else { return }
    let (grants, time) = try await store.take(requests)
    clock.note(time, asked: asked, answered: .now)
    for grant in grants {
      guard let limit = asking[grant.scope] else { continue }
      stashes[limit]?.receive(grant.slot, grant.numbers, clock: clock)
    }
    for act in listeners.values { act() }
  }
}
