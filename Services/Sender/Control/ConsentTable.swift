import Contracts

/// What senders were told of customers who want no messages, or are not there any more. The greatest revision stands, in
/// whatever order news come.
///
/// It is bounded, and so forgets the oldest news. That is safe because a batch says when its customers were read: one
/// that is older than what this table remembers is not called, but handed back and read anew.
struct ConsentTable: Sendable {
  /// What may lie between the time a change has and its commit.
  static let margin: Int64 = 600_000_000

  private struct Entry {
    var state: ConsentState
    var revision: Int64
    var at: Int64
  }

  private let capacity: Int
  private var entries: [Int64: Entry] = [:]
  /// The same customers, in the order in which the news of them came; one may stand there several times.
  private var order: [(customerID: Int64, at: Int64)] = []
  private var oldest = 0
  /// Every change after this instant is known; by the customer service's database, microseconds since 1970.
  private(set) var since = Int64.max

  init(capacity: Int = 2 * ConsentSnapshot.maxCount) { self.capacity = capacity }

  var count: Int { entries.count }

  /// The customer's last known change; nil where none is known.
  subscript(customerID: Int64) -> ConsentState? { entries[customerID]?.state }

  /// Whether every change is known that whoever read customers at that instant cannot have seen.
  /// - Parameter asOf: nil is the beginning of time.
  func covers(_ asOf: Int64?) -> Bool { asOf.map { $0 >= since } ?? false }

  mutating func apply(_ change: ConsentChange) {
    if let known = entries[change.customerID], known.revision >= change.revision { return }
    entries[change.customerID] = Entry(state: change.state, revision: change.revision, at: change.at)
    order.append((change.customerID, change.at))
    while order.count - oldest > capacity { forgetOldest() }
  }

  mutating func apply(_ snapshot: ConsentSnapshot) {
    since = snapshot.since
    for change in snapshot.changes.sorted(by: { $0.at < $1.at }) { apply(change) }
  }

  private mutating func forgetOldest() {
    let (customerID, at) = order[oldest]
    oldest += 1
    if oldest > capacity {
      order.removeFirst(oldest)
      oldest = 0
    }
    // A later change of the same customer stands further on.
    guard entries[customerID]?.at == at else { return }
    entries[customerID] = nil
    since = max(since, at + Self.margin)
  }
}
