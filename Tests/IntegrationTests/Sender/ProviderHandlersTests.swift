import Contracts
import Foundation
import Postgres
import Service
import Testing

@testable import Messaging
@testable import Sender

/// Providers as an administrator manages them.
struct ProviderHandlersTests {
  private struct Desk: Sendable {
    let pool: PostgresPool
    let handlers: OperationHandlers

    init(_ pool: PostgresPool) {
      self.pool = pool
      var handlers = OperationHandlers()
      ProviderHandlers(
        pool: pool, store: SenderCopy.providers(pool), idempotency: IdempotencyStore(schema: "sender")
      ).register(in: &handlers)
      self.handlers = handlers
    }

    func ask(_ operation: Contracts.Operation, _ data: JSON, key: String? = nil) async throws -> OperationReply {
      let (_, handle) = try #require(handlers.find(operation.type))
      return try await handle(
        OperationRequest(
          operation: operation, principal: "operator:a", scopes: ["admin:write", "admin:read"], idempotencyKey: key,
          data: data))
    }

    func refusal(_ operation: Contracts.Operation, _ data: JSON) async throws -> Problem.Code? {
      do {
        _ = try await ask(operation, data)
        return nil
      } catch let problem as Problem {
        return problem.code
      }
    }
  }

  private static let sms: JSON = ["name": "sms", "url": "https://sms.example.com", "token": "very.secret"]

  private static func with(_ body: @escaping @Sendable (Desk) async throws -> Void) async throws {
    try await ScratchDatabase.with(SenderMain.database) { try await body(Desk($0)) }
  }

  private static func events(_ pool: PostgresPool) async throws -> [String] {
    try await pool.query("select type from sender.event order by id").map { try $0[0, as: String.self] }
  }

  @Test func aProvidersWholeLife() async throws {
    try await Self.with { desk in
      let created = try await desk.ask(.createProvider, Self.sms)
      let json = try JSON.parse(created.body)
      guard case .integer(let id)? = json["id"] else { throw Problem(.internal, "no id") }
      #expect(created.etag == "1")
      #expect(json["circuit"]?["state"] == "closed")
      #expect(!String(decoding: created.body, as: UTF8.self).contains("secret"))
      #expect(try await desk.refusal(.createProvider, Self.sms) == .conflict)

      let changed = try await desk.ask(
        .updateProvider, ["id": .integer(id), "if_match": "1", "changes": ["rate_limit": 50]])
      #expect(changed.etag == "2")
      #expect(
        try await desk.refusal(
          .updateProvider, ["id": .integer(id), "if_match": "1", "changes": ["rate_limit": 60]]) == .stale)
      let token = try await desk.pool.query("select token from sender.provider").first?[0, as: String.self]
      #expect(token == "very.secret")

      #expect(try await desk.refusal(.deleteProvider, ["id": .integer(id)]) == .conflict)
      _ = try await desk.ask(.updateProvider, ["id": .integer(id), "changes": ["enabled": false]])
      try await desk.pool.query("update sender.provider set updated_at = now() - interval '1 minute'")
      let claims = ClaimStore(pool: desk.pool, owner: "a", lease: .seconds(60))
      var batch = DispatcherTests.batch()
      batch.provider = "sms"
      _ = try await claims.claim(batch)
      #expect(try await desk.refusal(.deleteProvider, ["id": .integer(id)]) == .conflict)
      try await claims.settle([(batchID: 1, epoch: 1)])
      _ = try await desk.ask(.deleteProvider, ["id": .integer(id)])
      #expect(try await desk.refusal(.readProvider, ["id": .integer(id)]) == .notFound)
      #expect(
        try await Self.events(desk.pool) == [
          "provider.created.v1", "provider.updated.v1", "provider.updated.v1", "provider.deleted.v1",
        ])
    }
  }

  @Test func anOperatorMovesTheCircuit() async throws {
    try await Self.with { desk in
      let created = try JSON.parse(try await desk.ask(.createProvider, Self.sms).body)
      let id = try #require(created["id"])
      func order(_ state: JSON) async throws -> JSON? {
        try JSON.parse(try await desk.ask(.setCircuit, ["id": id, "order": ["state": state]]).body)["circuit"]?["state"]
      }
      #expect(try await order("open") == "open")
      #expect(try await order("closed") == "closed")
      #expect(try await order("auto") == "closed")
      #expect(
        try await desk.refusal(.setCircuit, ["id": id, "order": ["state": "half", "x": 1]]) == .invalid)
      let facts = try JSONDecoder().decode(
        ProviderFacts.self, from: Data(try await desk.ask(.providerFacts, [:]).body))
      #expect(facts.providers.map(\.name) == ["sms"])
      #expect(facts.providers.first?.revision == 4)
    }
  }

  @Test func aRepetitionUnderOneKeyHasOneEffect() async throws {
    try await Self.with { desk in
      let first = try await desk.ask(.createProvider, Self.sms, key: "k")
      let second = try await desk.ask(.createProvider, Self.sms, key: "k")
      #expect(first.body == second.body)
      let page = try JSON.parse(try await desk.ask(.listProviders, ["limit": 1]).body)
      #expect(page["items"] != nil && page["next"] == .null)
    }
  }

  /// Each start of each copy takes the environment over; an operator's changes stay until the environment changes.
  @Test func theEnvironmentsProvider() async throws {
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let store = SenderCopy.providers(pool)
      func draft(_ url: String, concurrency: Int) -> ProviderDraft {
        var settings = ProviderSettings()
        settings.concurrency = concurrency
        return ProviderDraft(
          name: "default", baseURL: url, token: Secret("t"), isEnabled: true, settings: settings)
      }
      let first = draft("http://one", concurrency: 10)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<6 { group.addTask { try await store.takeOver(first) } }
        try await group.waitForAll()
      }
      let made = try #require(try await store.all().first)
      #expect(made.revision == 1 && made.isEnvironment)
      let byHand = try ProviderDraft.changed(made, by: ["concurrency": 33])
      _ = try await pool.withTransaction { try await store.update(made.id, to: byHand, on: $0) }
      try await store.takeOver(first)
      #expect(try await store.find(made.id)?.settings.concurrency == 33)
      try await store.takeOver(draft("http://two", concurrency: 10))
      #expect(try await store.find(made.id)?.baseURL == "http://two")
      #expect(try await store.find(made.id)?.settings.concurrency == 33)
      try await store.takeOver(draft("http://two", concurrency: 11))
      #expect(try await store.find(made.id)?.settings.concurrency == 11)
    }
  }
}
