import Contracts
import Messaging
import Postgres
import Testing

@testable import Stats

/// What statistics keep of the mailouts, in whatever order their events come.
struct MailoutFactStoreTests {
  private static func fact(_ revision: Int64, name: String = "x", resent: Int64? = 0) -> MailoutFact {
    MailoutFact(
      id: 7, revision: revision, name: name, status: .scheduled, audience: nil, issued: 0, notReached: nil, startAt: 1,
      endAt: 2, startedAt: nil, finishedAt: nil, resent: resent)
  }

  private static func events(_ news: [MailoutNews]) -> [MailoutEvent] { news.map { MailoutEvent(news: $0) } }

  private func with(_ body: @Sendable (MailoutFactStore, StatsStore) async throws -> Void) async throws {
    try await ScratchDatabase.with(StatsMain.database) { pool in
      try await body(MailoutFactStore(pool: pool), StatsStore(pool: pool))
    }
  }

  @Test func theGreatestRevisionStands() async throws {
    try await with { facts, stats in
      for fact in [Self.fact(2, name: "b", resent: nil), Self.fact(4, name: "d", resent: 9), Self.fact(3, name: "c")] {
        try await facts.write(Self.events([.fact(fact)]))
      }
      #expect(try await stats.mailout(7) == Self.fact(4, name: "d", resent: 9))
    }
  }

  @Test func howFarItIsCountsWithoutANewRevision() async throws {
    try await with { facts, stats in
      func fact(issued: Int64) -> MailoutNews {
        var fact = Self.fact(3)
        fact.issued = issued
        return .fact(fact)
      }
      for issued in [10, 30, 20] as [Int64] { try await facts.write(Self.events([fact(issued: issued)])) }
      #expect(try await stats.mailout(7)?.issued == 30)
      try await facts.write(Self.events([fact(issued: 50), fact(issued: 40)]))
      #expect(try await stats.mailout(7)?.issued == 50)
    }
  }

  @Test func ofOnePortionToo() async throws {
    try await with { facts, stats in
      try await facts.write(
        Self.events([.fact(Self.fact(2, name: "b")), .fact(Self.fact(4, name: "d")), .fact(Self.fact(3))]))
      #expect(try await stats.mailout(7) == Self.fact(4, name: "d"))
      try await facts.write(
        Self.events([
          .fact(Self.fact(5)), .deleted(Self.fact(5)), .unknown("mailout.praised.v1"), .fact(Self.fact(6)),
        ]))
      #expect(try await stats.mailout(7) == nil)
      try await facts.write(Self.events([.unknown("mailout.praised.v1")]))
    }
  }

  @Test func newsThatComeLateDoNotBringADeletedMailoutBack() async throws {
    try await with { facts, stats in
      try await facts.write(Self.events([.deleted(Self.fact(1))]))
      try await facts.write(Self.events([.fact(Self.fact(1))]))
      try await facts.write(Self.events([.fact(Self.fact(2))]))
      #expect(try await stats.mailout(7) == nil)
      #expect(try await stats.mailouts(of: IDPage(.descending)).isEmpty)
      try await facts.purge()
      try await facts.write(Self.events([.fact(Self.fact(3))]))
      #expect(try await stats.mailout(7) == nil)
    }
  }

  @Test func aDeletedMailoutIsGone() async throws {
    try await with { facts, stats in
      try await facts.write(Self.events([.fact(Self.fact(1))]))
      #expect(try await stats.mailouts(of: IDPage(.descending)).map(\.fact.id) == [7])
      try await facts.write(Self.events([.deleted(Self.fact(1))]))
      #expect(try await stats.mailout(7) == nil)
      try await facts.pool.query("update stats.mailout set deleted_at = now() - interval '8 days'")
      try await facts.purge()
      #expect(try await facts.pool.query("select from stats.mailout").isEmpty)
    }
  }
}
