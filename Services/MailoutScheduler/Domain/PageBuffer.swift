import Contracts

/// A page of an audience that is issued in portions.
struct PageBuffer: Sendable {
  /// Whose it is, and where the cursor stood when it was read, moved by what has been taken.
  let cohort: Int64
  private(set) var cursor: Int64
  private(set) var members: ArraySlice<AudienceMember>
  /// Where the next page starts; nil where there is none.
  let next: Int64?
  /// The cursor when nothing is left.
  private let end: Int64
  /// How many the cohort's customers are, where the page began at its beginning and has all of them.
  let whole: Int?
  /// Customers change: what was read long ago is read again.
  let readAt: ContinuousClock.Instant
  /// The same by the customer service's database: see `Batch.asOf`.
  let asOf: Int64

  /// - Parameter through: the last id of the whole audience.
  init(_ page: AudiencePage, cohort: Cohort, after: Int64, through: Int64, readAt: ContinuousClock.Instant) {
    self.cohort = cohort.id
    cursor = after
    members = page.members[...]
    next = page.next
    end = page.next ?? max(through, after)
    self.readAt = readAt
    asOf = page.asOf
    whole = after == 0 && page.next == nil ? page.members.count : nil
  }

  func serves(_ cohort: Cohort, now: ContinuousClock.Instant) -> Bool {
    self.cohort == cohort.id && cursor == cohort.cursor && readAt.duration(to: now) < .seconds(5)
  }

  var isUsedUp: Bool { cursor == end }

  /// The next members, and where the cursor stands behind them.
  mutating func take(_ count: Int) -> (members: ArraySlice<AudienceMember>, cursor: Int64, isLast: Bool) {
    let taken = members.prefix(count)
    members = members.dropFirst(count)
    cursor = members.isEmpty ? end : taken.last?.id ?? cursor
    return (taken, cursor, members.isEmpty && next == nil)
  }
}
