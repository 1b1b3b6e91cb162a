import Contracts
import Messaging
import Service
import Synchronization
import Testing

@testable import Customer
@testable import Messaging

/// What is done is noted in the transaction that does it, and what is noted gets out once.
@Suite struct AuditTrailTests {
  private let trail = AuditTrail(schema: "customer")

  private func records(_ fixture: CustomerFixture) async throws -> [AuditRecord] {
    let found = Mutex<[AuditRecord]>([])
    while try await trail.drain(limit: 2, on: fixture.pool, { records in found.withLock { $0 += records } }) > 0 {}
    return found.withLock { $0 }
  }

  @Test(arguments: [nil, "k"]) func aChangeIsNotedWithWhoWhatAndWhereFrom(key: String?) async throws {
    try await CustomerFixture.with { fixture async throws in
      let order: JSON = ["phone": "79161234567", "first_name": "Zoë"]
      let made = try await fixture.call(.createCustomer, order, key: key, origin: "192.0.2.7")
      guard case .integer(let id)? = try JSON.parse(made.body)["id"] else { throw Problem(.internal, "no id") }
      // The same once more is one change, and so one line.
      if key != nil { _ = try await fixture.call(.createCustomer, order, key: key, origin: "192.0.2.7") }
      _ = try await fixture.call(.deleteCustomer, ["id": .integer(id)], principal: "api-key:AbCd1234")
      let found = try await records(fixture)
      #expect(found.map(\.operation) == ["customer.create.v1", "customer.delete.v1"])
      #expect(found.map(\.principal) == ["operator:test", "api-key:AbCd1234"])
      #expect(found.map(\.origin) == ["192.0.2.7", nil])
      #expect(found.allSatisfy { $0.subjectKind == "customer" && $0.subjectID == String(id) && $0.result == .done })
      #expect(try await records(fixture) == [], "each gets out once")
    }
  }

  /// Else the person's export would not have it.
  @Test func aContactsLinesNameTheContact() async throws {
    try await CustomerFixture.with { fixture async throws in
      let body: JSON = ["email": ["primary_email": "zoe@example.com"]]
      let made = try await fixture.json(.createContact, ["body": body], key: "k")
      guard case .string(let id)? = made["contact"]?["email"]?["email_id"] else { throw Problem(.internal, "no id") }
      _ = try await fixture.call(
        .updateContact, ["email_id": .string(id), "changes": ["email": ["first_name": "Zoë"]]])
      _ = try await fixture.call(.deleteContacts, ["primary_email": "zoe@example.com"])
      let found = try await records(fixture)
      #expect(found.map(\.operation) == ["contact.create.v1", "contact.update.v1", "contact.delete.v1"])
      #expect(found.allSatisfy { $0.subjectKind == "contact" && $0.subjectID == id })
    }
  }

  @Test func whatAGatewayRefusesIsNotedAsItTells() async throws {
    try await CustomerFixture.with { fixture async throws in
      _ = try await fixture.call(
        .noteRefusal, ["operation": "customer.delete.v1", "subject_id": "42"], principal: "api-key:AbCd1234",
        scopes: [], origin: "192.0.2.7")
      let line = try #require(try await records(fixture).first)
      #expect(line.principal == "api-key:AbCd1234" && line.origin == "192.0.2.7" && line.result == .refused)
      #expect(line.operation == "customer.delete.v1" && line.subjectKind == "customer" && line.subjectID == "42")
    }
  }

  @Test func whatIsRefusedChangesNothingAndIsNotNoted() async throws {
    try await CustomerFixture.with { fixture async throws in
      _ = try await fixture.call(.createCustomer, ["phone": "79161234567"])
      _ = try await records(fixture)
      #expect(try await fixture.refusal(.createCustomer, ["phone": "79161234567"]) == .conflict)
      #expect(try await fixture.refusal(.deleteCustomer, ["id": 999]) == .notFound)
      #expect(try await records(fixture) == [])
    }
  }

  @Test func logInsAreNotedWhetherOrNotTheySucceed() async throws {
    try await CustomerFixture.with { fixture async throws in
      let hash = try await PasswordHash.of("good")
      _ = try await fixture.pool.withTransaction {
        try await OperatorStore(pool: fixture.pool).put(username: "ann", passwordHash: hash, role: .viewer, on: $0)
      }
      _ = try await fixture.call(.authenticate, ["username": "ann", "password": "good"], origin: "192.0.2.7")
      _ = try await fixture.refusal(.authenticate, ["username": "ann", "password": "bad"])
      _ = try await fixture.refusal(.authenticate, ["username": "my password", "password": "bad"])
      let found = try await records(fixture)
      #expect(found.map(\.principal) == ["operator:ann", "anonymous", "anonymous"])
      #expect(found.map(\.result) == [.done, .refused, .refused])
      #expect(found.map(\.subjectID) == ["1", "1", nil])
      #expect(found.first?.origin == "192.0.2.7")
    }
  }

  /// Commands, not queries; and no program fills the log by asking again and again.
  @Test func commandsWithoutTheirScopeAreNotedUpToALimit() async throws {
    try await CustomerFixture.with { fixture async throws in
      let refused = RefusedCommands(trail: trail, pool: fixture.pool, log: Log(service: "customer", instance: "test"))
      func request(_ operation: Contracts.Operation) -> OperationRequest {
        OperationRequest(
          operation: operation, principal: "integration:shop", scopes: ["mailouts:read"], traceID: "t", data: ["id": 7])
      }
      let now = ContinuousClock.now
      await refused.note(request(.deleteCustomer), at: now)
      await refused.note(request(.readCustomer), at: now)
      await refused.note(request(.deleteCustomer), principal: "broker:stranger", at: now)
      let found = try await records(fixture)
      #expect(found.map(\.principal) == ["integration:shop", "broker:stranger"])
      #expect(found.allSatisfy { $0.result == .refused && $0.operation == "customer.delete.v1" && $0.subjectID == "7" })
      for _ in 0..<100 { await refused.note(request(.deleteCustomer), at: now) }
      #expect(try await records(fixture).count == RefusedCommands.perMinute - 2)
      await refused.note(request(.deleteCustomer), at: now + .seconds(61))
      #expect(try await records(fixture).count == 1)
    }
  }

  @Test func whatCannotBePublishedStays() async throws {
    struct Away: Error {}
    try await CustomerFixture.with { fixture async throws in
      _ = try await fixture.call(.createCustomer, ["phone": "79161234567"])
      await #expect(throws: Away.self) {
        try await trail.drain(limit: 10, on: fixture.pool) { _ in throw Away() }
      }
      #expect(try await records(fixture).count == 1)
    }
  }
}
