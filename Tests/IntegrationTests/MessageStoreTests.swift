import Contracts
import Foundation
import Postgres
import Testing

@testable import Stats

/// One row a message whatever the order and repetition of the news, and counters that always agree with the rows.
struct MessageStoreTests {
  private static func fact(_ id: Int64, _ status: MessageStatus, hop: Int = 0) -> MessageFact {
    MessageFact(
      Outcome(
        messageID: id, mailoutID: 1 + id % 3, customerID: id, status: status, hop: hop, attempts: 1,
        reason: status == .sent ? nil : "because", at: 60_000_000 * (1 + id % 2), latency: Int(id % 50)))
  }

  @Test func anyOrderManyTimesFromManyReplicasCountsExactly() async throws {
    try await ScratchDatabase.with(StatsMain.database) { pool in
      let ids = (1...300).map { Int64($0) }
      let news = ids.flatMap { id in
        [
          Self.fact(id, .queued), Self.fact(id, .retrying), Self.fact(id, id % 7 == 0 ? .failed : .sent, hop: 1),
          Self.fact(id, .expired),
        ]
      }
      let replicas = (0..<3).map { MessageStore(pool: pool, shard: Int16($0)) }
      try await withThrowingDiscardingTaskGroup { group in
        for (number, replica) in replicas.enumerated() {
          group.addTask {
            // Each replica hears all of it, twice, in an order of its own, in pieces.
            var told = (news + news).shuffled()[...]
            while !told.isEmpty {
              var buffer = FactBuffer<Void>()
              // What is said of repetition is wrong half the time: it must cost time only.
              buffer.add(
                News(facts: Array(told.prefix(37 + number))), of: (), isRepeated: .random(), at: .now)
              told = told.dropFirst(37 + number)
              let portion = buffer.take(everything: true, at: .now)
              while true {
                do {
                  try await replica.write(new: portion.new, others: portion.others)
                  break
                } catch let error as PostgresError where error.isRetryable {}
              }
            }
          }
        }
      }
      let wrong = try await pool.query(
        "select count(*) from stats.message where status <> case when id % 7 = 0 then 'failed' else 'sent' end::stats.message_status"
      )
      #expect(try wrong.first?[0, as: Int64.self] == 0)
      try await Self.expectCountersAgree(pool)
      #expect(try await StatsStore(pool: pool).totals() == ["sent": 258, "failed": 42])
    }
  }

  @Test func aLateSentCorrectsAnExpired() async throws {
    try await ScratchDatabase.with(StatsMain.database) { pool in
      let store = MessageStore(pool: pool, shard: 0)
      try await store.write(others: [Self.fact(7, .expired)])
      try await store.write(others: [Self.fact(7, .sent)])
      try await store.write(others: [Self.fact(7, .expired)])
      #expect(try await StatsStore(pool: pool).totals() == ["sent": 1])
      try await Self.expectCountersAgree(pool)
    }
  }

  @Test func partitionsGrowWithTheIds() async throws {
    try await ScratchDatabase.with(StatsMain.database) { pool in
      let store = MessageStore(pool: pool, shard: 0)
      let ids = [1, Partitions.size - 1, Partitions.size, 7 * Partitions.size, Int64.max - 1]
      try await store.write(new: ids.map { Self.fact($0, .sent) })
      #expect(try await pool.query("select count(*) from stats.message").first?[0, as: Int64.self] == Int64(ids.count))
    }
  }

  @Test func newMessagesThatAreThereAfterAllCountOnce() async throws {
    try await ScratchDatabase.with(StatsMain.database) { pool in
      let store = MessageStore(pool: pool, shard: 0)
      var queued = Self.fact(5, .queued)
      queued.queuedAt = 1
      try await store.write(new: [Self.fact(4, .sent), queued])
      try await store.write(new: [Self.fact(4, .sent), Self.fact(5, .sent), Self.fact(6, .rejected)])
      #expect(try await StatsStore(pool: pool).totals() == ["sent": 2, "rejected": 1])
      #expect(try await StatsStore(pool: pool).message(5)?.fact.queuedAt == 1)
      try await Self.expectCountersAgree(pool)
    }
  }

  @Test func everyFieldOfANewMessageIsReadBack() async throws {
    try await ScratchDatabase.with(StatsMain.database) { pool in
      let fact = MessageFact(
        id: 9_000_000_000, mailoutID: 2, customerID: 3, status: .rejected, standing: 5 | 2 << 8 | 1 << 32, attempts: 4,
        queuedAt: 1_700_000_000_123_457, finishedAt: 1_700_000_001_765_431, latency: 77, reason: "tab\there \\N é",
        providerMessageID: "p-1")
      try await MessageStore(pool: pool, shard: 0).write(new: [fact])
      #expect(try await StatsStore(pool: pool).message(fact.id)?.fact == fact)
    }
  }

  static func expectCountersAgree(_ pool: PostgresPool) async throws {
    let differences = try await pool.query(
      """
      with counted as (
        select mailout_id, key, sum(n) as n from stats.counter where kind = 'status' group by 1, 2 having sum(n) <> 0
      ), rows as (
        select mailout_id, status::text as key, count(*) as n from stats.message group by 1, 2
      )
      select count(*) from counted full join rows using (mailout_id, key) where counted.n is distinct from rows.n
      """)
    #expect(try differences.first?[0, as: Int64.self] == 0)
    let finals = try await pool.query(
      """
      select (select sum(n) from stats.counter where kind = 'minute')::bigint,
        (select count(*) from stats.message where finished_at is not null)
      """)
    let row = try #require(finals.first)
    #expect(try row[0, as: Int64.self] == row[1, as: Int64.self])
  }
}
