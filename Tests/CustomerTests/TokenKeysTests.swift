import FoundationEssentials
import Security
import Testing

@testable import Customer

@Suite struct TokenKeysTests {
  private func path() -> String {
    FileManager.default.temporaryDirectory.appending(path: "mailout-keys-\(UUID().uuidString)").path
  }

  @Test func aKeyIsMadeOnceAndReadBack() throws {
    let path = path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try TokenKeys.generate(file: path)
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    let keys = try TokenKeys(file: path)
    let published = try keys.published(at: .now)
    #expect(try KeySet(jwks: published).ids == [keys.signing(at: .now).id])
    #expect(!String(decoding: published, as: UTF8.self).contains("\"d\""), "no private part is published")
    let error = #expect(throws: CustomerError.self) { try TokenKeys.generate(file: path) }
    #expect(error?.code == .fileExists)
    #expect(try TokenKeys(file: path).signing(at: .now).id == keys.signing(at: .now).id)
  }

  @Test func aFileOpenToOthersIsRefused() throws {
    let path = path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try TokenKeys.generate(file: path)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    #expect(throws: CustomerError.self) { try TokenKeys(file: path) }
  }

  @Test func aMissingFileIsTold() {
    let error = #expect(throws: CustomerError.self) { try TokenKeys(file: "/nonexistent/keys") }
    #expect(error?.code == .missingFile)
  }

  @Test func tokensCarryTheRolesScopes() throws {
    let key = try SigningKey.generate()
    let token = try TokenIssuer(key: key).token(for: "ann", role: .viewer)
    let payload = try #require(Base64URL.decode(String(token.split(separator: ".")[1])))
    struct Claims: Decodable {
      let iss: String
      let sub: String
      let scope: String
      let iat: Int64
      let exp: Int64
      let jti: String
    }
    let claims = try JSONDecoder().decode(Claims.self, from: Data(payload))
    #expect(claims.iss == "mailout")
    #expect(claims.sub == "ann")
    #expect(claims.scope == Role.viewer.scopes.joined(separator: " "))
    #expect(claims.exp - claims.iat == 1800)
    #expect(!claims.jti.isEmpty)
  }
}
