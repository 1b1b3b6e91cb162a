import Contracts
import Messaging
import Postgres
import Testing

@testable import Stats

/// Every page of every list is what a look at all rows would say.
struct MessageListTests {
  private static let reasons = ["http_500", "http_400", nil]

  private static func facts() -> [MessageFact] {
    // Over two partitions.
    (Int64(1)...400).map { number in
      let status = MessageStatus.allCases.randomElement()!
      return MessageFact(
        id: Partitions.size - 200 + number, mailoutID: .random(in: 1...3), customerID: .random(in: 1...9),
        status: status, standing: Int64(status.rank) | Int64.random(in: 0...2) << 32, attempts: 1, queuedAt: 5,
        finishedAt: status.isFinal ? .random(in: 1...1_000) * 1_000_000 : nil, latency: 3,
        reason: reasons.randomElement()!, providerMessageID: nil)
    }
  }

  @Test func pagesAreThoseOfABruteForceSearch() async throws {
    try await ScratchDatabase.with(StatsMain.database) { pool in
      let facts = Self.facts()
      try await MessageStore(pool: pool, shard: 0).write(new: facts)
      let lists = MessageListStore(pool: pool)
      for mailout in [nil, Int64(2), 9] {
        for customer in [nil, Int64(4)] {
          for status in [nil, MessageStatus.sent, .queued, .failed] {
            let expected = facts.reversed().filter {
              (mailout == nil || $0.mailoutID == mailout) && (customer == nil || $0.customerID == customer)
                && (status == nil || $0.status == status)
            }
            for order in IDPage.Order.allCases {
              var query = MessageListQuery(mailoutID: mailout, customerID: customer, status: status)
              query.page.order = order
              query.page.limit = 7
              var found: [MessageView] = []
              while true {
                let page = try await lists.messages(query)
                found += page.prefix(query.page.limit)
                guard page.count > query.page.limit else { break }
                query.page.after = found.last?.id
              }
              #expect(found == (order == .descending ? expected : expected.reversed()).map { $0.view() })
            }
          }
        }
      }
    }
  }

  @Test func failedMessagesAreFoundInOrderByReasonAndTime() async throws {
    try await ScratchDatabase.with(StatsMain.database) { pool in
      let facts = Self.facts()
      try await MessageStore(pool: pool, shard: 0).write(new: facts)
      let lists = MessageListStore(pool: pool)
      for reasons in [[], ["http_500"], ["http_400", "unnamed"]] {
        let expected = facts.filter {
          $0.mailoutID == 2 && ($0.status == .failed || $0.status == .rejected) && $0.finishedAt! <= 600_000_000
            && (reasons.isEmpty || reasons.contains($0.reason ?? "unnamed"))
        }
        var (found, after) = ([FailedMessages.Message](), Int64?.some(0))
        while let cursor = after {
          let page = try await lists.failed(
            FailedMessagesQuery(mailoutID: 2, reasons: reasons, endedBefore: 600_000_000, after: cursor, limit: 3))
          #expect(page.final == Int64(facts.count { $0.mailoutID == 2 && $0.status.isFinal }))
          found += page.messages
          after = page.next
        }
        #expect(found.map(\.id) == expected.map(\.id))
        #expect(found.map(\.round) == expected.map(\.round))
        #expect(found.map(\.reason) == expected.map(\.reason))
      }
    }
  }

  @Test func attemptsAreRecordedOnceAndShownWithTheirMessage() async throws {
    try await ScratchDatabase.with(StatsMain.database) { pool in
      let store = MessageStore(pool: pool, shard: 0)
      let outcomes = [(MessageStatus.retrying, 0, 1), (.retrying, 1, 2), (.sent, 2, 3)].map { status, hop, attempts in
        Outcome(
          messageID: 7, mailoutID: 1, customerID: 1, status: status, hop: hop, attempts: attempts,
          reason: status == .sent ? nil : "http_500", at: Int64(attempts) * 1_000_000, latency: 12,
          answer: status == .sent ? nil : "oops", provider: "default")
      }
      for outcome in outcomes + outcomes.reversed() {
        let attempts = [outcome].compactMap { Attempt($0) }
        try await store.write(others: [MessageFact(outcome)], attempts: attempts)
      }
      let plain = Outcome(messageID: 8, mailoutID: 1, customerID: 1, status: .sent, attempts: 1, at: 9, latency: 4)
      try await store.write(new: [MessageFact(plain)])
      let message = try #require(try await StatsStore(pool: pool).message(7))
      #expect(message.fact.status == .sent)
      #expect(message.attempts == outcomes.compactMap { Attempt($0) })
      #expect(try await StatsStore(pool: pool).message(8)?.attempts.map(\.latency) == [4])
    }
  }
}
