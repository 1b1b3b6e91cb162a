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
      let replicas = (0..<3).map { MessageStore(pool: pool, shard: Int16($0), partitions: Partitions(pool: pool)) }
      try await withThrowingDiscardingTaskGroup { group in
        for (number, replica) in replicas.enumerated() {
          group.addTask {
            // Each replica hears all of it, twice, in an order of its own, in pieces.
            var told = (news + news).shuffled()[...]
            while !told.isEmpty {
              var buffer = FactBuffer()
              for fact in told.prefix(37 + number) { buffer.add(fact) }
              told = told.dropFirst(37 + number)
              let facts = buffer.takeAll()
              while true {
                do {
                  try await replica.write(facts)
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
      let store = MessageStore(pool: pool, shard: 0, partitions: Partitions(pool: pool))
      try await store.write([Self.fact(7, .expired)])
      try await store.write([Self.fact(7, .sent)])
      try await store.write([Self.fact(7, .expired)])
      #expect(try await StatsStore(pool: pool).totals() == ["sent": 1])
      try await Self.expectCountersAgree(pool)
    }
  }

  @Test func partitionsGrowWithTheIds() async throws {
    try await ScratchDatabase.with(StatsMain.database) { pool in
      let store = MessageStore(pool: pool, shard: 0, partitions: Partitions(pool: pool))
      let ids = [1, Partitions.size - 1, Partitions.size, 7 * Partitions.size, Int64.max - 1]
      for id in ids { try await store.write([Self.fact(id, .sent)]) }
      #expect(try await pool.query("select count(*) from stats.message").first?[0, as: Int64.self] == Int64(ids.count))
    }
  }

  private static func expectCountersAgree(_ pool: PostgresPool) async throws {
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
