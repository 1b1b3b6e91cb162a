import Contracts
import Postgres
import Testing

@testable import Customer
@testable import Messaging

@Suite(.timeLimit(.minutes(20))) struct IdempotencyTests {
  private let store = IdempotencyStore(schema: CustomerDatabase.schema)

  private func request(
    _ data: JSON = ["n": 1], key: String? = "k", principal: String = "operator:a", isRedelivered: Bool = false
  ) -> OperationRequest {
    OperationRequest(
      operation: .createTag, principal: principal, scopes: [], idempotencyKey: key, isRedelivered: isRedelivered,
      data: data)
  }

  /// Makes a tag, whose number is the answer.
  private func make(_ connection: PostgresConnection) async throws -> OperationReply {
    let rows = try await connection.query(
      "insert into customer.tag (name) values (gen_random_uuid()::text) returning id")
    return OperationReply(["id": .integer(try #require(rows.first)[0, as: Int64.self])], etag: "1")
  }

  @Test func aRepetitionGetsTheStoredAnswer() async throws {
    try await CustomerFixture.with { fixture async throws in
      let first = try await store.once(request(), on: fixture.pool) { try await make($0) }
      for isRedelivered in [false, true] {
        let again = try await store.once(request(isRedelivered: isRedelivered), on: fixture.pool) { try await make($0) }
        #expect(again.body == first.body)
        #expect(again.etag == "1")
      }
      let other = try await store.once(request(principal: "operator:b"), on: fixture.pool) { try await make($0) }
      #expect(other.body != first.body, "another's key is another key")
      let problem = await #expect(throws: Problem.self) {
        try await store.once(request(["n": 2]), on: fixture.pool) { try await make($0) }
      }
      #expect(problem?.code == .invalid)
      #expect(try await fixture.count("select count(*) from customer.tag") == 2)
    }
  }

  @Test func whatIsUnderWayIsAConflict() async throws {
    try await CustomerFixture.with { fixture async throws in
      let first = try await store.once(request(), on: fixture.pool) { connection in
        let reply = try await make(connection)
        let problem = await #expect(throws: Problem.self) {
          try await store.once(request(), on: fixture.pool) { try await make($0) }
        }
        #expect(problem?.code == .conflict)
        return reply
      }
      let late = try await store.once(request(), on: fixture.pool) { try await make($0) }
      #expect(late.body == first.body)
      #expect(try await fixture.count("select count(*) from customer.tag") == 1)
    }
  }

  /// The broker gave the request to somebody who may still be at it: the second copy waits and gives the same answer.
  @Test func aRedeliveredCopyWaits() async throws {
    try await CustomerFixture.with { fixture async throws in
      let (begun, begin) = AsyncStream<Void>.makeStream()
      async let second: OperationReply = {
        for await _ in begun { break }
        return try await store.once(request(isRedelivered: true), on: fixture.pool) { try await make($0) }
      }()
      let first = try await store.once(request(), on: fixture.pool) { connection in
        let reply = try await make(connection)
        begin.yield()
        // Until the other one stands in the queue for the lock.
        try await until {
          try await fixture.count("select count(*) from pg_locks where locktype = 'advisory' and not granted") > 0
        }
        return reply
      }
      #expect(try await second.body == first.body)
      #expect(try await fixture.count("select count(*) from customer.tag") == 1)
    }
  }

  @Test func aFailureLeavesNothing() async throws {
    struct Broken: Error {}
    try await CustomerFixture.with { fixture async throws in
      await #expect(throws: Broken.self) {
        try await store.once(request(), on: fixture.pool) { connection in
          _ = try await make(connection)
          throw Broken()
        }
      }
      #expect(try await fixture.count("select count(*) from customer.tag") == 0)
      #expect(try await fixture.count("select count(*) from customer.idempotency") == 0)
      _ = try await store.once(request(), on: fixture.pool) { try await make($0) }
      #expect(try await fixture.count("select count(*) from customer.tag") == 1)
    }
  }
}
