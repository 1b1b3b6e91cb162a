import Contracts
import Postgres

/// The issue windows of the providers, as this replica sees them.
///
/// What is out at a provider is read for all mailouts at once, and serves whoever asks for a moment, with what has been
/// granted meanwhile added to it: a thousand mailouts that wait for room cost no more than one.
actor Pace {
  /// For how long a reading serves.
  private static let freshness: Duration = .milliseconds(20)
  /// A grant of which nobody has said what became of it is forgotten then.
  private static let longest: Duration = .seconds(5)

  /// What a grant adds to readings until one finds it in the database.
  private struct Granted {
    var mailout: Int64
    var count: Int
    var provider: String
    var at: ContinuousClock.Instant
    /// When it was issued: a reading that begins later has it.
    var issuedAt: ContinuousClock.Instant?
  }

  private struct Reading {
    /// With what has been granted since.
    var load: ProviderLoad
    var at: ContinuousClock.Instant
  }

  private let store: BatchStore
  private let board: ProviderBoard
  private let now: @Sendable () -> ContinuousClock.Instant
  private var windows: [String: IssueWindow] = [:]
  private var readings: [String: Reading] = [:]
  /// By provider.
  private var lines: [String: WaitingLine] = [:]
  private var underway: [String: Task<Void, any Error>] = [:]
  private var granted: [Granted] = []

  init(
    store: BatchStore, board: ProviderBoard, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) {
    self.store = store
    self.board = board
    self.now = now
  }

  /// What a mailout may issue now, to the first of these providers that takes work; nil for nothing at the moment.
  ///
  /// One that is only being tried again gets its trickle, and the next in the list the rest.
  func grant(for mailout: Mailout, among providers: [String]) async throws -> Grant? {
    for provider in providers {
      guard board.state(of: provider).takesWork else { continue }
      if readings[provider].map({ $0.at.duration(to: now()) >= Self.freshness }) ?? true { try await read(provider) }
      // The state as it is now: reading took time.
      let state = board.state(of: provider)
      guard state.takesWork, let load = readings[provider]?.load else { continue }
      if let grant = grant(for: mailout, provider, state, load) {
        note(grant, of: mailout.id)
        return grant
      }
      if state.circuit == .closed { return nil }
    }
    return nil
  }

  private func grant(
    for mailout: Mailout, _ provider: String, _ state: ProviderState, _ load: ProviderLoad
  ) -> Grant? {
    let window = windows[provider, default: IssueWindow()]
    let out = window.counted(outstanding: load.outstanding, overtaken: load.overtaken, limit: state.rateLimit)
    let size = window.size(limit: state.rateLimit, isProbing: state.circuit == .halfOpen)
    let (own, mailouts) = (load.part(of: mailout.id), load.mailouts(with: mailout.id))
    // What the provider's trial and the mailout's own rate leave, whatever others have.
    var (most, whole) = (Int.max, size)
    if state.circuit == .halfOpen { most = size - load.outstanding }
    if let rate = mailout.draft.rateLimit {
      most = min(most, Share.room(rateLimit: rate, own: own.everywhere))
      whole = min(whole, 2 * rate)
    }
    func isWorthwhile(_ room: Int) -> Bool { Share.isWorthwhile(min(room, most), window: whole, mailouts: mailouts) }
    let part = Share.part(window: size, mailouts: mailouts)
    // Messages of no mailout are few, and somebody waits for them.
    if mailouts > Share.most, mailout.id != NoMailout.id, isWorthwhile(part - own.here) {
      let free = max(0, Share.most(window: size) - out) / part
      guard lines[provider, default: WaitingLine()].mayGo(mailout.id, free: free, now: now()) else { return nil }
    }
    let room = min(most, Share.room(window: size, outstanding: out, own: own.here, mailouts: mailouts))
    guard isWorthwhile(room) else { return nil }
    let limits = [mailout.draft.rateLimit, state.rateLimit].compactMap { $0 }
    return Grant(
      provider: provider, room: min(room, Grant.most),
      batch: limits.reduce(min(Batch.maxCount, window.batch)) { min($0, max(1, 2 * $1)) })
  }

  private func note(_ grant: Grant, of mailout: Int64) {
    add(grant.room, of: mailout, at: grant.provider)
    granted.append(Granted(mailout: mailout, count: grant.room, provider: grant.provider, at: now()))
  }

  /// So many messages of a grant have been issued, and committed; none, where that came to nothing.
  func issued(_ count: Int, of mailout: Int64, by grant: Grant) {
    guard
      let index = granted.lastIndex(where: {
        $0.mailout == mailout && $0.provider == grant.provider && $0.issuedAt == nil
      })
    else { return }
    add(count - granted[index].count, of: mailout, at: grant.provider)
    granted[index].count = count
    granted[index].issuedAt = now()
  }

  private func add(_ count: Int, of mailout: Int64, at provider: String) {
    for read in readings.keys { readings[read]?.load.add(count, of: mailout, isHere: read == provider) }
  }

  /// One reading at a time of each provider: whoever comes meanwhile has it too.
  private func read(_ provider: String) async throws {
    if let task = underway[provider] { return try await task.value }
    let task = Task(executorPreference: store.pool.executor) { try await self.readAnew(provider) }
    underway[provider] = task
    defer { underway[provider] = nil }
    try await task.value
  }

  private func readAnew(_ provider: String) async throws {
    let began = now()
    let load = try await store.load(of: provider, grace: windows[provider, default: IssueWindow()].grace)
    let state = board.state(of: provider)
    var window = windows[provider, default: IssueWindow()]
    let out = window.counted(outstanding: load.outstanding, overtaken: load.overtaken, limit: state.rateLimit)
    window.measure(
      IssueWindow.Reading(
        at: now(), settled: load.settled, calling: load.calling, batches: load.batches, outstanding: Int64(out)))
    windows[provider] = window
    lines[provider]?.tidy(now: began)
    var reading = Reading(load: load, at: now())
    granted.removeAll { $0.at.duration(to: began) > Self.longest }
    for grant in granted where grant.issuedAt.map({ $0 > began }) ?? true {
      reading.load.add(grant.count, of: grant.mailout, isHere: grant.provider == provider)
    }
    readings[provider] = reading
  }
}
