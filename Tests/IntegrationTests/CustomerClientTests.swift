import Contracts
import FoundationEssentials
import Messaging
import Security
import Testing

@testable import Customer

/// OAuth 2 clients and their tokens, on the real database.
@Suite struct CustomerClientTests {
  private static let order: JSON = ["client_id": "id_news", "scopes": ["contacts:read", "contacts:write"]]

  private struct Claims: Decodable, Sendable {
    let sub: String
    let scope: String
    let exp: Int64
    let iat: Int64
  }

  private func make(_ fixture: CustomerFixture, _ order: JSON = order) async throws -> (id: Int64, secret: JSON) {
    let reply = try await fixture.json(.createClient, order)
    guard case .integer(let id)? = reply["id"], let secret = reply["client_secret"] else {
      throw Problem(.internal, "no secret in \(reply)")
    }
    return (id, secret)
  }

  private func token(
    _ fixture: CustomerFixture, _ secret: JSON, id: JSON = "id_news", scope: JSON = .null
  ) async throws -> Claims {
    let reply = try await fixture.json(
      .authenticateClient, ["client_id": id, "client_secret": secret, "scope": scope, "address": "192.0.2.1"])
    #expect(reply["token_type"] == "bearer")
    #expect(reply["expires_in"] == 3600)
    guard case .string(let token)? = reply["access_token"] else { throw Problem(.internal, "no token") }
    let keys = try KeySet(jwks: try await fixture.call(.tokenKeys, [:]).body)
    let verifier = TokenVerifier(keys: keys, rules: TokenRules(issuer: TokenIssuer.issuer))
    return try JSONDecoder().decode(Claims.self, from: Data(try verifier.verify(token)))
  }

  private func refusal(_ fixture: CustomerFixture, _ secret: JSON, id: JSON = "id_news") async -> Problem? {
    do {
      _ = try await token(fixture, secret, id: id)
      return nil
    } catch {
      return error as? Problem
    }
  }

  @Test func theRightSecretGivesATokenThatVerifies() async throws {
    try await CustomerFixture.with { fixture async throws in
      let (id, secret) = try await make(fixture)
      let claims = try await token(fixture, secret)
      #expect(claims.sub == "api_client:id_news")
      #expect(claims.scope == "contacts:read contacts:write")
      #expect(claims.exp - claims.iat == 3600)
      #expect(try await fixture.json(.readClient, ["id": .integer(id)])["last_access_at"] != .null)
      #expect(try await token(fixture, secret, scope: "contacts:read").scope == "contacts:read")
      #expect(try await token(fixture, secret, scope: "basket").scope == "contacts:read contacts:write")
    }
  }

  @Test func allElseIsRefusedAlike() async throws {
    try await CustomerFixture.with { fixture async throws in
      let (id, secret) = try await make(fixture)
      let refused = Problem(.unauthenticated, "Incorrect username or password")
      #expect(await refusal(fixture, "wrong") == refused)
      #expect(await refusal(fixture, secret, id: "id_nobody") == refused)
      _ = try await fixture.call(.updateClient, ["id": .integer(id), "changes": ["enabled": false]])
      #expect(await refusal(fixture, secret) == refused)
    }
  }

  @Test func aNewSecretEndsTheOldOne() async throws {
    try await CustomerFixture.with { fixture async throws in
      let (id, old) = try await make(fixture)
      let renewed = try await fixture.json(.renewClientSecret, ["id": .integer(id)])
      #expect(renewed["client_secret"] != old)
      #expect(await refusal(fixture, old) != nil)
      #expect(try await token(fixture, renewed["client_secret"] ?? .null).sub == "api_client:id_news")
    }
  }

  @Test func nobodyRenewsTheSecretOfWhoMayMoreThanThemselves() async throws {
    try await CustomerFixture.with { fixture async throws in
      let (id, old) = try await make(fixture)
      let problem = await #expect(throws: Problem.self) {
        try await fixture.call(.renewClientSecret, ["id": .integer(id)], scopes: ["admin:write", "contacts:read"])
      }
      #expect(problem?.code == .forbidden)
      #expect(problem?.detail.contains("contacts:write") == true)
      #expect(try await token(fixture, old).sub == "api_client:id_news", "the secret is as it was")
      _ = try await fixture.call(
        .renewClientSecret, ["id": .integer(id)], scopes: ["admin:write", "contacts:read", "contacts:write"])
    }
  }

  @Test func noSecretIsStored() async throws {
    try await CustomerFixture.with { fixture async throws in
      let reply = try await fixture.json(.createClient, Self.order, key: "k")
      guard case .string(let secret)? = reply["client_secret"] else { throw Problem(.internal, "no secret") }
      #expect(try await fixture.json(.createClient, Self.order, key: "k")["client_secret"] == .null)
      let kept = try await fixture.pool.query(
        """
        select c::text || i.principal || convert_from(i.body, 'UTF8')
        from customer.client c cross join customer.idempotency i
        """)
      #expect(!kept.isEmpty)
      for row in kept { #expect(!(try row[0, as: String.self]).contains(secret)) }
    }
  }

  @Test func gatewaysHearWhetherItStillStands() async throws {
    try await CustomerFixture.with { fixture async throws in
      let (id, _) = try await make(fixture)
      let ask: JSON = ["client_id": "id_news"]
      #expect(
        try await fixture.json(.clientStanding, ask)
          == ["enabled": true, "scopes": ["contacts:read", "contacts:write"]])
      _ = try await fixture.call(
        .updateClient, ["id": .integer(id), "changes": ["enabled": false, "scopes": ["contacts:read"]]])
      #expect(try await fixture.json(.clientStanding, ask) == ["enabled": false, "scopes": ["contacts:read"]])
      _ = try await fixture.call(.deleteClient, ["id": .integer(id)])
      #expect(try await fixture.refusal(.clientStanding, ask) == .notFound)
    }
  }

  @Test func idsAreCheckedMadeAndUnique() async throws {
    try await CustomerFixture.with { fixture async throws in
      _ = try await make(fixture)
      #expect(try await fixture.refusal(.createClient, Self.order) == .conflict)
      for bad in ["news", "id_", "id_a b", "id_ä", "ID_news"] {
        let order: JSON = ["client_id": .string(bad), "scopes": ["contacts:read"]]
        #expect(try await fixture.refusal(.createClient, order) == .invalid, "\(bad)")
      }
      let made = try await fixture.json(.createClient, ["scopes": ["contacts:read"]])
      guard case .string(let id)? = made["client_id"] else { throw Problem(.internal, "no id") }
      #expect(id.hasPrefix("id_"))
    }
  }

  @Test func longerIDsThanClientsCanHaveAreNotLookedFor() async throws {
    try await CustomerFixture.with { fixture async throws in
      let id = JSON.string("id_" + String(repeating: "x", count: ClientDraft.maxClientID - 2))
      #expect(await refusal(fixture, "wrong", id: id)?.errors.map(\.pointer) == ["/client_id"])
      #expect(try await fixture.refusal(.clientStanding, ["client_id": id]) == .invalid)
      #expect(try await fixture.count("select count(*) from customer.login_failure") == 0)
    }
  }

  /// An old secret that was being checked while it was renewed must not come back by its new hash.
  @Test func aNewHashOfAnOldSecretIsNotKept() async throws {
    try await CustomerFixture.with { fixture async throws in
      let (id, _) = try await make(fixture)
      let seen = try #require(try await ClientStore().find(clientID: "id_news", on: fixture.pool))
      let renewed = try await fixture.json(.renewClientSecret, ["id": .integer(id)])
      try await ClientStore().noteAccess(seen, newHash: "of the old secret", on: fixture.pool)
      #expect(try await token(fixture, renewed["client_secret"] ?? .null).sub == "api_client:id_news")
    }
  }

  @Test func failuresAreThrottled() async throws {
    try await CustomerFixture.with { fixture async throws in
      let (_, secret) = try await make(fixture)
      for _ in 0..<LoginThrottle.accountLimit { #expect(await refusal(fixture, "wrong")?.code == .unauthenticated) }
      #expect(await refusal(fixture, secret)?.code == .throttled)
    }
  }
}
