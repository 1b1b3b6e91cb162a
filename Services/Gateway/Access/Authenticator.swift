import HTTPServer
import Security

/// Finds out who asks, by the `Authorization` header.
final class Authenticator: Sendable {
  private let keys: KeyRing
  private let cache = GrantCache()

  init(keys: KeyRing) { self.keys = keys }

  /// The grant, if it opens the route; nil where that cannot be told without asking for newer keys.
  /// Quick: it runs on the server's thread, before the body is read.
  func judge(_ headers: HTTPHeaders, for access: Access) throws(Refusal) -> Grant? {
    let token = try Self.bearer(headers)
    guard keys.isLoaded else { return nil }
    let claims: [UInt8]
    do throws(SecurityError) {
      claims = try keys.verifier.verify(token)
    } catch {
      if error.code == .unknownKey { return nil }
      throw Self.refusal(error)
    }
    guard let grant = cache.grant(for: claims) else {
      throw .unauthenticated("The token does not say whom it is for.", error: "invalid_token")
    }
    guard case .scope(let scope) = access, !grant.scopes.contains(scope) else { return grant }
    throw .forbidden(scope)
  }

  /// The grant that opens the route, newer keys asked for where the token's is unknown.
  func grant(_ headers: HTTPHeaders, for access: Access) async throws(Refusal) -> Grant {
    if let grant = try judge(headers, for: access) { return grant }
    await keys.refresh()
    if let grant = try judge(headers, for: access) { return grant }
    guard keys.isLoaded else {
      throw Refusal(.init(.unavailable, "The keys that sign tokens are not available yet."))
    }
    throw .unauthenticated("The token is signed with an unknown key.", error: "invalid_token")
  }

  private static func bearer(_ headers: HTTPHeaders) throws(Refusal) -> String {
    let given = headers.values("Authorization")
    guard let value = given.first else { throw .unauthenticated("This needs a credential: Authorization: Bearer …") }
    let parts = value.split(separator: " ", maxSplits: 1)
    guard given.count == 1, parts.count == 2, parts[0].lowercased() == "bearer" else {
      throw .unauthenticated("The Authorization header must be given once, as: Bearer <token>.")
    }
    return String(parts[1])
  }

  private static func refusal(_ error: SecurityError) -> Refusal {
    switch error.code {
    case .library, .busy: Refusal(.init(.unavailable, "The token cannot be checked now."))
    default: .unauthenticated("The token is not accepted: \(error.message).", error: "invalid_token")
    }
  }
}
