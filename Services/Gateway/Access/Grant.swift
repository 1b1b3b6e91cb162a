import FoundationEssentials

/// What a good token says: who it is, and what they may.
struct Grant: Sendable, Equatable {
  let principal: String
  let scopes: Set<String>

  init(principal: String, scopes: Set<String>) {
    self.principal = principal
    self.scopes = scopes
  }

  /// From a token's claims (RFC 9068): the operator's name is `sub`, `scope` is separated by spaces. Nil without `sub`.
  init?(claims: [UInt8]) {
    guard let claims = try? JSONDecoder().decode(Claims.self, from: Data(claims)), !claims.sub.isEmpty else {
      return nil
    }
    principal = "operator:\(claims.sub)"
    scopes = Set((claims.scope ?? "").split(separator: " ").map(String.init))
  }

  private struct Claims: Decodable {
    let sub: String
    let scope: String?
  }
}
