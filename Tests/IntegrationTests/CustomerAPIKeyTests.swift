import Contracts
import FoundationEssentials
import Messaging
import Security
import Testing

@testable import Customer

/// API keys from their making to their end, on the real database.
@Suite struct CustomerAPIKeyTests {
  private static let order: JSON = ["name": "shop", "scopes": ["mappings:write", "customers:read"]]

  private func make(_ fixture: CustomerFixture, _ order: JSON = order) async throws -> (id: Int64, key: APIKey) {
    let reply = try await fixture.json(.createAPIKey, order)
    guard case .string(let text)? = reply["key"], let key = APIKey(text), case .integer(let id)? = reply["id"] else {
      throw Problem(.internal, "no key in \(reply)")
    }
    return (id, key)
  }

  private func verify(_ fixture: CustomerFixture, _ key: APIKey, digest: [UInt8]? = nil) async throws -> JSON {
    try await fixture.json(
      .verifyAPIKey,
      [
        "prefix": .string(key.prefix), "digest": .string(Base64URL.encode(digest ?? key.digest)),
        "address": "192.0.2.1",
      ])
  }

  private func isRefused(_ fixture: CustomerFixture, _ key: APIKey, digest: [UInt8]? = nil) async -> Bool {
    do {
      _ = try await verify(fixture, key, digest: digest)
      return false
    } catch {
      return (error as? Problem)?.code == .unauthenticated
    }
  }

  @Test func isShownOnceAndStoredAsADigest() async throws {
    try await CustomerFixture.with { fixture async throws in
      let (id, key) = try await make(fixture)
      let read = try await fixture.json(.readAPIKey, ["id": .integer(id)])
      #expect(read["key"] == nil)
      #expect(read["prefix"] == .string(key.prefix))
      #expect(read["scopes"] == ["customers:read", "mappings:write"])
      #expect(read["created_by"] == "operator:test")
      let rows = try await fixture.pool.query(
        "select k::text || (select coalesce(string_agg(i::text, ''), '') from customer.idempotency i) from customer.api_key k"
      )
      let secret = String(key.text.suffix(32))
      for row in rows { #expect(!(try row[0, as: String.self]).contains(secret)) }
    }
  }

  @Test func aRepetitionMakesNoSecondKeyAndTellsNoSecret() async throws {
    try await CustomerFixture.with { fixture async throws in
      let first = try await fixture.json(.createAPIKey, Self.order, key: "k")
      let again = try await fixture.json(.createAPIKey, Self.order, key: "k")
      #expect(first["key"] != .null)
      #expect(again["key"] == .null)
      #expect(again["id"] == first["id"])
      #expect(try await fixture.count("select count(*) from customer.api_key") == 1)
      // Not even in the bytes that are kept.
      let text = try await fixture.pool.query("select convert_from(body, 'UTF8') from customer.idempotency")
      guard case .string(let key)? = first["key"] else { throw Problem(.internal, "no key") }
      for row in text { #expect(!(try row[0, as: String.self]).contains(key)) }
    }
  }

  @Test func isGoodUntilRevoked() async throws {
    try await CustomerFixture.with { fixture async throws in
      let (id, key) = try await make(fixture)
      #expect(try await verify(fixture, key)["scopes"] == ["customers:read", "mappings:write"])
      #expect(try await fixture.json(.readAPIKey, ["id": .integer(id)])["last_used_at"] != .null)
      #expect(await isRefused(fixture, key, digest: SecretDigest.of("\(key.prefix).forged")))
      #expect(await isRefused(fixture, APIKey.generate()))
      _ = try await fixture.call(.deleteAPIKey, ["id": .integer(id)])
      #expect(await isRefused(fixture, key))
      #expect(try await fixture.refusal(.readAPIKey, ["id": .integer(id)]) == .notFound)
      #expect(try await fixture.json(.listAPIKeys, [:])["items"] == [])
    }
  }

  @Test func expires() async throws {
    try await CustomerFixture.with { fixture async throws in
      let (id, key) = try await make(fixture)
      try await fixture.pool.query("update customer.api_key set expires_at = now()")
      #expect(await isRefused(fixture, key))
      _ = try await fixture.call(.updateAPIKey, ["id": .integer(id), "changes": ["expires_at": .null]])
      #expect(!(await isRefused(fixture, key)))
    }
  }

  @Test func isChangedOnlyInTheVersionSeen() async throws {
    try await CustomerFixture.with { fixture async throws in
      let (id, key) = try await make(fixture)
      let changed = try await fixture.call(
        .updateAPIKey, ["id": .integer(id), "if_match": "1", "changes": ["scopes": ["stats:read"]]])
      #expect(changed.etag == "2")
      #expect(
        try await fixture.refusal(.updateAPIKey, ["id": .integer(id), "if_match": "1", "changes": ["name": "x"]])
          == .stale)
      #expect(try await verify(fixture, key)["scopes"] == ["stats:read"])
    }
  }

  @Test func nobodyGivesWhatTheyDoNotHave() async throws {
    try await CustomerFixture.with { fixture async throws in
      let problem = await #expect(throws: Problem.self) {
        try await fixture.call(.createAPIKey, Self.order, scopes: ["admin:write", "customers:read"])
      }
      #expect(problem?.code == .forbidden)
      #expect(problem?.detail.contains("mappings:write") == true)
      let (id, _) = try await make(fixture)
      let widened = await #expect(throws: Problem.self) {
        try await fixture.call(
          .updateAPIKey, ["id": .integer(id), "changes": ["scopes": ["admin:read", "customers:read"]]],
          scopes: ["admin:write"])
      }
      #expect(widened?.code == .forbidden)
      // What it has already may stay.
      _ = try await fixture.call(
        .updateAPIKey, ["id": .integer(id), "changes": ["scopes": ["customers:read"]]], scopes: ["admin:write"])
    }
  }

  @Test func badKeysAreThrottledByAddress() async throws {
    try await CustomerFixture.with { fixture async throws in
      let (_, key) = try await make(fixture)
      for _ in 0..<LoginThrottle.addressLimit { #expect(await isRefused(fixture, APIKey.generate())) }
      let problem = await #expect(throws: Problem.self) { try await verify(fixture, key) }
      #expect(problem?.code == .throttled)
      // Others, and the key itself from elsewhere, do not notice.
      let elsewhere = try await fixture.json(
        .verifyAPIKey,
        ["prefix": .string(key.prefix), "digest": .string(Base64URL.encode(key.digest)), "address": "192.0.2.2"])
      #expect(elsewhere["scopes"] != nil)
    }
  }

  @Test func listsInPages() async throws {
    try await CustomerFixture.with { fixture async throws in
      var made: [Int64] = []
      for _ in 0..<5 { made.append(try await make(fixture).id) }
      var (found, after) = ([Int64](), JSON.null)
      repeat {
        let page = try await fixture.json(.listAPIKeys, ["limit": 2, "after": after])
        guard case .array(let items)? = page["items"] else { break }
        found += items.compactMap { if case .integer(let id)? = $0["id"] { id } else { nil } }
        after = page["next"] ?? .null
      } while after != .null
      #expect(found == made)
    }
  }
}
