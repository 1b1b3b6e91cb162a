import FoundationEssentials
import Messaging

/// What a good credential says: who it is, and what they may.
struct Grant: Sendable, Equatable {
  /// How the subject of a client's token begins.
  static let clientNamespace = "api_client:"

  let principal: String
  let scopes: Set<String>
  /// The client's id, where it is a client's token.
  let clientID: String?
  /// The scopes as they travel; made once, since a grant serves many requests.
  let scopeText: String

  init(principal: String, scopes: Set<String>, clientID: String? = nil) {
    self.principal = principal
    self.scopes = scopes
    self.clientID = clientID
    scopeText = Caller.text(of: scopes)
  }

  /// From a token's claims (RFC 9068): `sub` is an operator's name, or "api_client:" and a client's id; `scope` is
  /// separated by spaces. Nil without `sub`.
  init?(claims: [UInt8]) {
    guard let claims = try? JSONDecoder().decode(Claims.self, from: Data(claims)), !claims.sub.isEmpty else {
      return nil
    }
    let scopes = Set((claims.scope ?? "").split(separator: " ").map(String.init))
    if claims.sub.hasPrefix(Self.clientNamespace) {
      self.init(
        principal: claims.sub, scopes: scopes, clientID: String(claims.sub.dropFirst(Self.clientNamespace.count)))
    } else {
      self.init(principal: "operator:\(claims.sub)", scopes: scopes)
    }
  }

  /// The same with none but these scopes: what has been taken from a client, its older tokens have lost too.
  func limited(to scopes: Set<String>) -> Grant {
    Grant(principal: principal, scopes: self.scopes.intersection(scopes), clientID: clientID)
  }

  private struct Claims: Decodable {
    let sub: String
    let scope: String?
  }
}
