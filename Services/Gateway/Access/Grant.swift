import FoundationEssentials
import Messaging

/// What a good credential says: who it is, and what they may.
struct Grant: Sendable, Equatable {
  /// How the subject of a client's token begins.
  static let clientNamespace = "api_client:"

  /// How the subject of a customer's token begins.
  static let customerNamespace = "customer:"

  let principal: String
  let scopes: Set<String>
  /// What can be taken back before the token lapses: a client, a customer's session.
  let revocable: RevocableCredential?
  /// When the token lapses; nil for keys.
  let end: Date?
  /// The scopes as they travel; made once, since a grant serves many requests.
  let scopeText: String

  init(principal: String, scopes: Set<String>, revocable: RevocableCredential? = nil, end: Date? = nil) {
    self.principal = principal
    self.scopes = scopes
    self.revocable = revocable
    self.end = end
    scopeText = Caller.text(of: scopes)
  }

  /// From a token's claims (RFC 9068): `sub` is an operator's name, or "api_client:" and a client's id, or "customer:"
  /// and a customer's uuid, with the session in `sid`; `scope` is separated by spaces, `exp` says when it lapses. Nil
  /// without what it needs.
  init?(claims: [UInt8]) {
    guard let claims = try? JSONDecoder().decode(Claims.self, from: Data(claims)), !claims.sub.isEmpty else {
      return nil
    }
    let scopes = Set((claims.scope ?? "").split(separator: " ").map(String.init))
    let end = claims.exp.map { Date(timeIntervalSince1970: $0) }
    if claims.sub.hasPrefix(Self.clientNamespace) {
      let id = String(claims.sub.dropFirst(Self.clientNamespace.count))
      self.init(principal: claims.sub, scopes: scopes, revocable: .client(id: id), end: end)
    } else if claims.sub.hasPrefix(Self.customerNamespace) {
      guard let session = claims.sid else { return nil }
      self.init(principal: claims.sub, scopes: scopes, revocable: .session(id: session), end: end)
    } else {
      self.init(principal: "operator:\(claims.sub)", scopes: scopes, end: end)
    }
  }

  /// The same with none but these scopes: what has been taken from a client, its older tokens have lost too.
  func limited(to scopes: Set<String>) -> Grant {
    Grant(principal: principal, scopes: self.scopes.intersection(scopes), revocable: revocable, end: end)
  }

  private struct Claims: Decodable {
    let sub: String
    let scope: String?
    let sid: String?
    let exp: Double?
  }
}
