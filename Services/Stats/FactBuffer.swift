/// News that have come and are not written yet, put together by message: a message that is queued and sent within one
/// buffer costs one row operation.
struct FactBuffer: Sendable {
  private(set) var facts: [Int64: MessageFact] = [:]

  var count: Int { facts.count }
  var isEmpty: Bool { facts.isEmpty }

  mutating func add(_ fact: MessageFact) {
    if let known = facts[fact.id] {
      facts[fact.id] = known.merged(with: fact)
    } else {
      facts[fact.id] = fact
    }
  }

  /// In the order of ids: the order in which rows are locked.
  mutating func takeAll() -> [MessageFact] {
    defer { facts.removeAll(keepingCapacity: true) }
    return facts.values.sorted { $0.id < $1.id }
  }
}
