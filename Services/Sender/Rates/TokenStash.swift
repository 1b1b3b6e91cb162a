/// The tokens of one limited thing that this sender has taken, and which slots it is to ask for next. What is not used in
/// time lapses: a token is of its instant, never saved up.
struct TokenStash: Sendable {
  struct Request: Sendable, Equatable {
    let slot: Int64
    let wanted: Int
    let capacity: Int
  }

  /// Slots are asked for so far ahead.
  static let ahead: Int64 = 2
  /// Without anybody who wants a token for so long none are asked for.
  static let interest: Duration = .milliseconds(500)

  let grid: RateGrid
  /// When each may be used, ascending.
  private var tokens: ArraySlice<ContinuousClock.Instant> = []
  /// The last slot that was asked for.
  private var askedThrough: Int64 = 0
  private var wanted = 0
  private(set) var lastWanted: ContinuousClock.Instant

  init(grid: RateGrid, now: ContinuousClock.Instant) {
    self.grid = grid
    lastWanted = now
  }

  var count: Int { tokens.count }

  /// When the next token may be used that may not be yet.
  func next(after now: ContinuousClock.Instant) -> ContinuousClock.Instant? { tokens.first { $0 > now } }

  /// Whether there is a token for this instant.
  /// - Parameter backlog: how many calls wait for one, this one included.
  mutating func isReady(at now: ContinuousClock.Instant, backlog: Int) -> Bool {
    (wanted, lastWanted) = (backlog, now)
    while let first = tokens.first, first + grid.patience <= now { tokens.removeFirst() }
    return tokens.first.map { $0 <= now } ?? false
  }

  /// Uses the token that `isReady` has found.
  mutating func use() {
    tokens.removeFirst()
    wanted -= 1
  }

  /// The slots to ask for now.
  /// - Parameter present: the database's time; nanoseconds since 1970.
  mutating func requests(present: Int64, now: ContinuousClock.Instant) -> [Request] {
    guard now - lastWanted < Self.interest else { return [] }
    let slot = RateGrid.slot(at: present)
    // The clock there was set back: the names come again.
    if askedThrough > slot + Self.ahead { askedThrough = slot }
    var requests: [Request] = []
    var missing = wanted - tokens.count
    while askedThrough < slot + Self.ahead {
      askedThrough = max(askedThrough, slot) + 1
      let capacity = grid.capacity(of: askedThrough)
      guard missing > 0, capacity > 0 else { continue }
      requests.append(Request(slot: askedThrough, wanted: min(missing, capacity), capacity: capacity))
      missing -= capacity
    }
    return requests
  }

  /// Tokens of a slot that were granted, by their numbers.
  mutating func receive(_ slot: Int64, _ numbers: Range<Int>, clock: DatabaseClock) {
    let instants = grid.instants(in: slot, numbers).compactMap { clock.here($0) }
    tokens = (tokens + instants).sorted()[...]
  }
}
