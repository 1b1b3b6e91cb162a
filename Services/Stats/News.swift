import Contracts

/// What the queues of statistics bring, as facts.
enum News {
  /// - Throws: `Problem` that says why the message can never be counted, for a dead letter's reason.
  static func facts(in body: [UInt8], from queue: Topology.Queue) throws(Problem) -> [MessageFact] {
    let facts: [MessageFact]
    if queue == Topology.statsBatches {
      let batch = try Envelope<QueuedBatch>.payload(body)
      facts = batch.messages.map { MessageFact(queued: $0, of: batch) }
    } else {
      facts = try Envelope<OutcomeGroup>.payload(body).outcomes.map { MessageFact($0) }
    }
    guard facts.allSatisfy({ $0.id > 0 && $0.mailoutID >= 0 && $0.attempts >= 0 && $0.attempts < 1_000_000 }) else {
      throw Problem(.invalid, "An id or a number of attempts is out of range.")
    }
    return facts
  }
}
