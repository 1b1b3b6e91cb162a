import AMQP
import Contracts
import Messaging
import Postgres
import Synchronization
import Testing

@testable import Stats

/// Ordered letters go back once each, whoever works on them and whenever it is interrupted.
struct DeadLetterReplayTests {
  private struct Interrupted: Error {}

  private final class Sent: Sendable {
    private let ids = Mutex<[Int64]>([])
    var all: [Int64] { ids.withLock { $0 } }
    func add(_ id: Int64) { ids.withLock { $0.append(id) } }
  }

  private static func fill(_ pool: PostgresPool, _ count: Int, queue: String = "q", reason: String = "bad") async throws
  {
    let store = DeadLetterStore(pool: pool)
    for number in 0..<count {
      try await store.insert(
        DeadLetterStore.Letter(
          queue: queue, reason: "\(reason) \(number % 2)", body: [UInt8(number)],
          properties: LetterProperties(AMQPProperties(messageID: "\(number)"))))
    }
  }

  @Test func everyOrderedLetterGoesBackOnce() async throws {
    try await ScratchDatabase.with(StatsMain.database) { pool in
      try await Self.fill(pool, 30)
      try await Self.fill(pool, 3, queue: "other")
      let orders = DeadLetterReplayStore(pool: pool)
      let ordered = try await pool.withTransaction { try await orders.order(queue: "q", reason: "bad 1", on: $0) }
      #expect(ordered == 15)
      #expect(try await pool.withConnection { try await orders.waiting(queue: nil, on: $0) } == 15)
      let sent = Sent()
      // One is interrupted: what it had sent is marked, the rest is left.
      _ = try await orders.work(limit: 5) { letter in
        if sent.all.count == 2 { throw Interrupted() }
        sent.add(letter.id)
      }
      #expect(try await pool.withConnection { try await orders.waiting(queue: "q", on: $0) } == 13)
      try await withThrowingDiscardingTaskGroup { group in
        for _ in 0..<3 {
          group.addTask {
            while try await orders.work(limit: 2, send: { sent.add($0.id) }).taken > 0 {}
          }
        }
      }
      while try await orders.work(limit: 2, send: { sent.add($0.id) }).taken > 0 {}
      #expect(sent.all.count == 15 && Set(sent.all).count == 15)
      #expect(try await pool.withConnection { try await orders.waiting(queue: nil, on: $0) } == 0)
      let again = try await pool.withTransaction { try await orders.order(queue: "q", reason: "bad 1", on: $0) }
      #expect(again == 0)
    }
  }

  @Test func oneThatCannotGoSaysWhyAndHoldsUpNobody() async throws {
    try await ScratchDatabase.with(StatsMain.database) { pool in
      try await Self.fill(pool, 3)
      let orders = DeadLetterReplayStore(pool: pool)
      _ = try await pool.withTransaction { try await orders.order(queue: "q", reason: nil, on: $0) }
      let done = try await orders.work(limit: 10) { letter in
        if letter.body == [1] { throw LetterReplay.Refusal(detail: "There is no queue q.") }
      }
      #expect(done.taken == 3 && done.sent == 2)
      let letters = try await DeadLetterStore(pool: pool).list(queue: "q", reason: nil, IDPage(.descending))
      #expect(letters.map { $0.json["replay_error"] } == [.null, "There is no queue q.", .null])
      #expect(letters.map { $0.json["replayed_at"] == .null } == [false, true, false])
      #expect(try await orders.work(limit: 10) { _ in }.taken == 0)
    }
  }

  @Test func oneAtATimeGoesBackOnceAndIsMarkedWithIt() async throws {
    try await ScratchDatabase.with(StatsMain.database) { pool in
      try await Self.fill(pool, 1)
      let orders = DeadLetterReplayStore(pool: pool)
      let letter = try #require(
        try await DeadLetterStore(pool: pool).list(queue: "q", reason: "bad", IDPage(.descending)).first)
      await #expect(throws: Interrupted.self) {
        try await pool.withTransaction { try await orders.replay(letter.id, on: $0) { _ in throw Interrupted() } }
      }
      let sent = Sent()
      try await pool.withTransaction { try await orders.replay(letter.id, on: $0) { sent.add($0.id) } }
      #expect(sent.all == [letter.id])
      await #expect(throws: Problem.self) {
        try await pool.withTransaction { try await orders.replay(letter.id, on: $0) { sent.add($0.id) } }
      }
      await #expect(throws: Problem.self) {
        try await pool.withTransaction { try await orders.replay(letter.id + 1, on: $0) { sent.add($0.id) } }
      }
      #expect(sent.all == [letter.id])
    }
  }
}
