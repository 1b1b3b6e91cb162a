/// What facts make of the rows that are there: a value, so that the rule can be tested without a database.
struct WritePlan: Sendable, Equatable {
  struct Change: Sendable, Equatable {
    var old: MessageFact
    var new: MessageFact
  }

  /// Messages without a row.
  private(set) var inserts: [MessageFact] = []
  /// Rows to be rewritten.
  private(set) var updates: [Change] = []

  init(facts: [MessageFact], known: [Int64: MessageFact]) {
    for fact in facts {
      guard let old = known[fact.id] else {
        inserts.append(fact)
        continue
      }
      let new = old.merged(with: fact)
      if new != old { updates.append(Change(old: old, new: new)) }
    }
  }

  /// The updates that counters care about: not those that only learn when a message was queued.
  var counted: [Change] { updates.filter { $0.old.standing != $0.new.standing } }
}
