import Contracts

/// What senders were told of live mailouts besides their batches. The greatest revision stands, in whatever order news
/// come.
struct ControlTable: Sendable {
  struct Entry: Sendable, Equatable {
    let revision: Int64
    let status: MailoutStatus
    let deadline: Deadline
    /// Calls a second over all senders.
    let rateLimit: Int?
  }

  private struct Known {
    var entry: Entry
    /// The latest that was heard of: a batch may say it still.
    var lastDeadline: Deadline
  }

  private var known: [Int64: Known] = [:]

  var count: Int { known.count }

  subscript(mailoutID: Int64) -> Entry? { known[mailoutID]?.entry }

  /// - Returns: whether it was news.
  mutating func apply(_ control: MailoutControl, at now: Moment) -> Bool {
    let before = known[control.mailoutID]
    if let before, before.entry.revision >= control.revision { return false }
    let deadline = Deadline(control.deadline, seen: now)
    let ends = [deadline, control.formerDeadline.map { Deadline($0, seen: now) }, before?.lastDeadline]
    known[control.mailoutID] = Known(
      entry: Entry(
        revision: control.revision, status: control.status, deadline: deadline, rateLimit: control.rateLimit),
      lastDeadline: ends.compactMap(\.self).max { $0.wall < $1.wall } ?? deadline)
    return true
  }

  /// Forgets mailouts whose end came more than an hour ago: whatever still comes of them expires by its own deadline.
  mutating func purge(at now: Moment) {
    known = known.filter { $0.value.lastDeadline.left(at: now) > .seconds(-3600) }
  }
}
