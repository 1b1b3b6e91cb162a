import Contracts

/// Takes erased customers out of news, before they are written: the message stays and is counted.
struct Redaction: Sendable {
  let facts: [MessageFact]
  /// The messages that lost their person.
  let messages: Set<Int64>

  init(_ facts: [MessageFact], erased: Set<Int64>) {
    guard !erased.isEmpty, facts.contains(where: { erased.contains($0.customerID) }) else {
      self.facts = facts
      messages = []
      return
    }
    var messages: Set<Int64> = []
    self.facts = facts.map { fact in
      guard erased.contains(fact.customerID) else { return fact }
      messages.insert(fact.id)
      var fact = fact
      fact.customerID = 0
      // The provider knows by it whom it wrote to.
      fact.providerMessageID = nil
      return fact
    }
    self.messages = messages
  }

  /// What a provider has answered may name the person.
  func attempts(_ attempts: [Attempt]) -> [Attempt] {
    guard !messages.isEmpty else { return attempts }
    return attempts.map { attempt in
      guard messages.contains(attempt.messageID) else { return attempt }
      var attempt = attempt
      attempt.answer = nil
      return attempt
    }
  }

  /// Those of the others: a text may have been written for one person.
  func texts(_ texts: [(id: Int64, text: OwnText)]) -> [(id: Int64, text: OwnText)] {
    messages.isEmpty ? texts : texts.filter { !messages.contains($0.id) }
  }
}
