import Contracts

/// What one delivery of statistics' queues brings, as facts.
struct News: Sendable {
  /// The first and last microsecond of the years that a timestamp can tell.
  private static let instants = Int64(0)...253_402_300_799_999_999

  var facts: [MessageFact]
  var attempts: [Attempt] = []
  /// Of messages that have one of their own.
  var texts: [Int64: OwnText] = [:]

  init(facts: [MessageFact], attempts: [Attempt] = [], texts: [Int64: OwnText] = [:]) {
    self.facts = facts
    self.attempts = attempts
    self.texts = texts
  }

  /// - Throws: `Problem` that says why the message can never be counted, for a dead letter's reason.
  init(_ body: [UInt8], from queue: Topology.Queue) throws(Problem) {
    if queue == Topology.statsBatches {
      let batch = try QueuedBatch.payload(of: body)
      try Self.check(batch.messages) { ($0.round, $0.hop) }
      facts = batch.messages.map { MessageFact(queued: $0, of: batch) }
    } else {
      let outcomes = try OutcomeGroup.payload(of: body).outcomes.map(\.storable)
      try Self.check(outcomes) { ($0.round, $0.hop) }
      facts = outcomes.map { MessageFact($0) }
      attempts = outcomes.compactMap { Attempt($0) }
      for outcome in outcomes {
        if let own = outcome.own { texts[outcome.messageID] = own.later(texts[outcome.messageID]) }
      }
    }
    // What the columns cannot hold would be refused again and again, and hold up everything behind it.
    guard facts.allSatisfy(Self.isInRange), texts.values.allSatisfy({ Self.instants.contains($0.endAt) }) else {
      throw Problem(.invalid, "An id, an instant, a latency or a number of attempts is out of range.")
    }
  }

  private static func check<Element>(
    _ elements: [Element], _ order: (Element) -> (round: Int, hop: Int)
  ) throws(Problem) {
    guard elements.lazy.map(order).allSatisfy({ Standing.rounds ~= $0.round && Standing.hops ~= $0.hop }) else {
      throw Problem(.invalid, "A round or a hop is out of range.")
    }
  }

  private static func isInRange(_ fact: MessageFact) -> Bool {
    fact.id > 0 && fact.mailoutID >= 0 && (0..<1_000_000).contains(fact.attempts)
      && instants.contains(fact.queuedAt ?? 0)
      && instants.contains(fact.finishedAt ?? 0) && (0...Int(Int32.max)).contains(fact.latency ?? 0)
  }
}

extension Standing {
  /// What fits the bits of an ordinal.
  static let rounds = 0...0xFFFF
  static let hops = 0...0x7F_FFFF
  /// Above every hop: what a receipt says of a round is not overtaken by a later issue.
  static let receiptHop = 0x80_0000
}

extension Outcome {
  /// With texts that the columns and their indexes hold.
  fileprivate var storable: Outcome {
    guard reason != nil || providerMessageID != nil || answer != nil || provider != nil || own != nil else {
      return self
    }
    var outcome = self
    outcome.reason = reason?.storable(200)
    outcome.providerMessageID = providerMessageID?.storable(200)
    outcome.answer = answer?.storable(Outcome.maxAnswer)
    outcome.provider = provider?.storable(200)
    outcome.own?.text = own?.text.storable(10_000) ?? ""
    outcome.own?.by = own?.by.storable(300) ?? ""
    return outcome
  }
}

extension OwnText {
  /// The later of two texts of one message.
  func later(_ other: OwnText?) -> OwnText {
    guard let other, other.revision > revision else { return self }
    return other
  }
}

extension String {
  /// At most so many characters, and no NUL, which Postgres has not in texts.
  func storable(_ count: Int) -> String {
    let text = utf8.count > count ? String(prefix(count)) : self
    return text.utf8.contains(0) ? String(text.unicodeScalars.filter { $0.value != 0 }) : text
  }
}
