import Contracts

/// Changes to the counters, added up: what a message counted for before is taken back, what it counts for now is put in.
struct Tally: Sendable, Equatable {
  struct Key: Hashable, Sendable {
    var mailoutID: Int64
    var kind: String
    var key: String
  }

  private(set) var changes: [Key: Int64] = [:]

  mutating func replace(_ old: MessageFact?, by new: MessageFact) {
    if let old { add(old, -1) }
    add(new, 1)
  }

  private mutating func add(_ fact: MessageFact, _ n: Int64) {
    count(fact, "status", fact.status.rawValue, n)
    guard fact.status.isFinal else { return }
    if let finishedAt = fact.finishedAt {
      count(fact, "minute", "\(finishedAt / 60_000_000) \(fact.status.rawValue)", n)
    }
    if fact.status.rank < MessageStatus.sent.rank {
      count(fact, "reason", fact.reason ?? "unnamed", n)
    } else if let latency = fact.latency {
      count(fact, "latency", String(LatencyBucket.index(ofMilliseconds: latency)), n)
    }
  }

  private mutating func count(_ fact: MessageFact, _ kind: String, _ key: String, _ n: Int64) {
    let key = Key(mailoutID: fact.mailoutID, kind: kind, key: key)
    let sum = changes[key, default: 0] + n
    changes[key] = sum == 0 ? nil : sum
  }

  /// In a fixed order, so that replicas lock counters alike.
  var sorted: [(key: Key, n: Int64)] {
    changes.map { (key: $0.key, n: $0.value) }.sorted {
      ($0.key.mailoutID, $0.key.kind, $0.key.key) < ($1.key.mailoutID, $1.key.kind, $1.key.key)
    }
  }
}
