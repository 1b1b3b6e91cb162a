import Contracts
import FoundationEssentials
import Testing

@testable import Customer

/// What administrators may order of keys, clients and applications.
@Suite struct AccessDraftTests {
  private let now = Date(timeIntervalSince1970: 1_795_251_600)

  private func faults(_ body: () throws -> Void) -> Set<String> {
    do {
      try body()
      return []
    } catch {
      return Set((error as? Problem)?.errors.map(\.pointer) ?? [])
    }
  }

  @Test func aKeyHasANameAndScopes() throws {
    let draft = try APIKeyDraft.read(
      [
        "name": "shop", "scopes": ["stats:read", "customers:read", "stats:read"],
        "expires_at": "2026-12-01T00:00:00+01:00",
      ],
      now: now)
    #expect(draft.scopes == ["customers:read", "stats:read"])
    #expect(draft.expiresAt != nil)
    #expect(faults { _ = try APIKeyDraft.read([:], now: now) } == ["/name", "/scopes"])
    #expect(faults { _ = try APIKeyDraft.read(["name": "x", "scopes": []], now: now) } == ["/scopes"])
    #expect(faults { _ = try APIKeyDraft.read(["name": "x", "scopes": .null], now: now) } == ["/scopes"])
    #expect(
      faults {
        _ = try APIKeyDraft.read(
          ["name": 1, "scopes": ["customers:read", "root"], "expires_at": "2020-01-01T00:00:00Z", "key": "x"], now: now)
      } == ["/name", "/scopes/1", "/expires_at", "/key"])
  }

  @Test func aPatchChangesOnlyWhatItNames() throws {
    let record = APIKeyRecord(
      id: 1, revision: 1, prefix: "AbCd1234", name: "shop", scopes: ["stats:read"], createdBy: "operator:a",
      expiresAt: now, lastUsedAt: nil, createdAt: now, updatedAt: now)
    #expect(
      try APIKeyDraft.changed(record, by: [:], now: now)
        == APIKeyDraft(name: "shop", scopes: ["stats:read"], expiresAt: now))
    #expect(try APIKeyDraft.changed(record, by: ["expires_at": .null], now: now).expiresAt == nil)
    #expect(
      faults { _ = try APIKeyDraft.changed(record, by: ["name": .null, "scopes": .null], now: now) }
        == ["/name", "/scopes"])
    #expect(faults { _ = try APIKeyDraft.changed(record, by: .null, now: now) } == [""])
  }

  @Test func aClientsIDNeverChanges() throws {
    let client = ClientRecord(
      id: 1, revision: 1, clientID: "id_a", secretHash: "", name: "A", scopes: ["stats:read"], isEnabled: true,
      createdBy: "operator:a", lastAccessAt: nil, createdAt: now, updatedAt: now)
    #expect(faults { _ = try ClientDraft.changed(client, by: ["client_id": "id_b"]) } == ["/client_id"])
    #expect(try ClientDraft.changed(client, by: ["name": .null, "enabled": false]).name == nil)
    #expect(try ClientDraft.read(["client_id": "id_A-z_0.9", "scopes": ["stats:read"]]).clientID == "id_A-z_0.9")
  }

  @Test func aClientsTokenIsNarrowedByScopesItHas() {
    let scopes = ["contacts:read", "contacts:write"]
    #expect(ClientTokens.granted(scopes, asked: nil) == scopes)
    #expect(ClientTokens.granted(scopes, asked: "contacts:read") == ["contacts:read"])
    #expect(ClientTokens.granted(scopes, asked: "anything at all") == scopes)
    #expect(
      ClientTokens.granted(scopes, asked: "admin:write") == [], "a scope that exists is never more than asked for")
  }

  @Test func noOperatorHasAClientsName() {
    #expect(throws: FieldFault.self) { try OperatorRules.checkUsername("API_client:id_x") }
    #expect(throws: Never.self) { try OperatorRules.checkUsername("api-client") }
  }
}
