import Contracts
import Testing

@testable import Stats

/// News of an erased customer's messages lose the person before they are written, and nothing else.
struct RedactionTests {
  private static func outcome(_ id: Int64, customer: Int64) -> Outcome {
    Outcome(
      messageID: id, mailoutID: 1, customerID: customer, status: .rejected, attempts: 1, reason: "code_17",
      providerMessageID: "p-\(id)", at: 5, latency: 3, answer: "no", provider: "default")
  }

  private static let facts = [MessageFact(outcome(1, customer: 5)), MessageFact(outcome(2, customer: 6))]
  private static let attempts = [outcome(1, customer: 5), outcome(2, customer: 6)].compactMap { Attempt($0) }
  private static let texts = [1, 2].map { id in
    (id: Int64(id), text: OwnText(text: "x", endAt: 0, revision: 1, by: ""))
  }

  @Test func theErasedLoseWhoTheyWereAndKeepWhatWasCounted() {
    let news = Redaction(Self.facts, erased: [5, 7])
    var first = Self.facts[0]
    (first.customerID, first.providerMessageID) = (0, nil)
    #expect(news.facts == [first, Self.facts[1]])
    #expect(news.messages == [1])
    #expect(news.attempts(Self.attempts).map(\.answer) == [nil, "no"])
    #expect(news.attempts(Self.attempts).map(\.reason) == ["code_17", "code_17"])
    #expect(news.texts(Self.texts).map(\.id) == [2])
  }

  @Test func whereNobodyIsErasedNothingChanges() {
    for erased in [[], [7]] as [Set<Int64>] {
      let news = Redaction(Self.facts, erased: erased)
      #expect(news.facts == Self.facts && news.messages.isEmpty)
      #expect(news.attempts(Self.attempts) == Self.attempts)
      #expect(news.texts(Self.texts).map(\.id) == [1, 2])
    }
  }
}
