import Contracts

/// The issue windows of the providers, as this replica sees them.
actor Pace {
  private let store: BatchStore
  private let board: ProviderBoard
  private var windows: [String: IssueWindow] = [:]

  init(store: BatchStore, board: ProviderBoard) {
    self.store = store
    self.board = board
  }

  /// What a mailout may issue now, to the first of these providers that takes work; nil for nothing at the moment.
  ///
  /// One that is only being tried again gets its trickle, and the next in the list the rest.
  func grant(for mailout: Mailout, among providers: [String]) async throws -> Grant? {
    for provider in providers {
      let state = board.state(of: provider)
      guard state.takesWork else { continue }
      if let grant = try await grant(for: mailout, provider, state) { return grant }
      if state.circuit == .closed { return nil }
    }
    return nil
  }

  private func grant(for mailout: Mailout, _ provider: String, _ state: ProviderState) async throws -> Grant? {
    let grace = windows[provider, default: IssueWindow()].grace
    let load = try await store.load(of: provider, mailoutID: mailout.id, grace: grace)
    // Others may have measured meanwhile.
    var window = windows[provider, default: IssueWindow()]
    let out = window.counted(outstanding: load.outstanding, overtaken: load.overtaken, limit: state.rateLimit)
    window.measure(
      IssueWindow.Reading(at: .now, settled: load.settled, calling: load.calling, outstanding: Int64(out)))
    windows[provider] = window
    let size = window.size(limit: state.rateLimit, isProbing: state.circuit == .halfOpen)
    var room = Share.room(window: size, outstanding: out, own: load.own, mailouts: load.mailouts)
    if state.circuit == .halfOpen { room = min(room, size - load.outstanding) }
    var whole = size
    if let rate = mailout.draft.rateLimit {
      room = min(room, Share.room(rateLimit: rate, own: load.ownEverywhere))
      whole = min(whole, 2 * rate)
    }
    guard Share.isWorthwhile(room, window: whole, mailouts: load.mailouts) else { return nil }
    let limits = [mailout.draft.rateLimit, state.rateLimit].compactMap { $0 }
    return Grant(
      provider: provider, room: room,
      batch: limits.reduce(min(Batch.maxCount, window.batch)) { min($0, max(1, 2 * $1)) })
  }
}
