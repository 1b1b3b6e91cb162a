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

  private var entries: [Int64: Entry] = [:]

  var count: Int { entries.count }

  subscript(mailoutID: Int64) -> Entry? { entries[mailoutID] }

  /// - Returns: whether it was news.
  mutating func apply(_ control: MailoutControl, at now: Moment) -> Bool {
    if let known = entries[control.mailoutID], known.revision >= control.revision { return false }
    entries[control.mailoutID] = Entry(
      revision: control.revision, status: control.status, deadline: Deadline(control.deadline, seen: now),
      rateLimit: control.rateLimit)
    return true
  }

  /// Forgets mailouts whose end came more than an hour ago: whatever still comes of them expires by its own deadline.
  mutating func purge(at now: Moment) {
    entries = entries.filter { $0.value.deadline.left(at: now) > .seconds(-3600) }
  }
}
