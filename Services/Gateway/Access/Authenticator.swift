import Contracts
import HTTPServer
import Security

/// Finds out who asks, by the `Authorization` header.
final class Authenticator: Sendable {
  private let keys: KeyRing
  private let revocables: RevocableDesk
  private let cache = GrantCache()

  init(keys: KeyRing, revocables: RevocableDesk) {
    self.keys = keys
    self.revocables = revocables
  }

  /// The grant, if it opens the route; nil where that cannot be told without asking the customer service.
  /// Quick: it runs on the server's thread, before the body is read.
  func judge(_ headers: HTTPHeaders, for access: Access) throws(Refusal) -> Grant? {
    switch try Credential(headers) {
    case .apiKey(let key):
      guard let state = revocables.fresh(RevocableCredential(key)) else { return nil }
      return try admit(try Self.grant(key, state), to: access)
    case .token(let token):
      guard let grant = try verified(token) else { return nil }
      guard let revocable = grant.revocable else { return try admit(grant, to: access) }
      guard let state = revocables.fresh(revocable) else { return nil }
      return try admit(try Self.limited(grant, state), to: access)
    }
  }

  /// The grant that opens the route, the customer service asked where that is needed.
  /// - Parameter address: where the request comes from.
  func grant(_ headers: HTTPHeaders, for access: Access, from address: String) async throws(Refusal) -> Grant {
    if let grant = try judge(headers, for: access) { return grant }
    switch try Credential(headers) {
    case .apiKey(let key):
      return try admit(try Self.grant(key, try await state(of: RevocableCredential(key), address)), to: access)
    case .token(let token):
      let grant = try await verifiedByNewerKeys(token)
      guard let revocable = grant.revocable else { return try admit(grant, to: access) }
      return try admit(try Self.limited(grant, try await state(of: revocable, address)), to: access)
    }
  }

  private func state(
    of credential: RevocableCredential, _ address: String
  ) async throws(Refusal) -> RevocableCredential.State {
    do throws(Problem) {
      return try await revocables.state(of: credential, address: address)
    } catch {
      throw Refusal(error)
    }
  }

  /// Whom the token is for; nil where it is signed with a key that is not known here yet.
  private func verified(_ token: String) throws(Refusal) -> Grant? {
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
    return grant
  }

  private func verifiedByNewerKeys(_ token: String) async throws(Refusal) -> Grant {
    if let grant = try verified(token) { return grant }
    await keys.refresh()
    if let grant = try verified(token) { return grant }
    guard keys.isLoaded else {
      throw Refusal(Problem(.unavailable, "The keys that sign tokens are not available yet."))
    }
    throw .unauthenticated("The token is signed with an unknown key.", error: "invalid_token")
  }

  private func admit(_ grant: Grant, to access: Access) throws(Refusal) -> Grant {
    guard case .scope(let scope) = access, !grant.scopes.contains(scope) else { return grant }
    var refusal = Refusal.forbidden(scope)
    refusal.principal = grant.principal
    throw refusal
  }

  private static func grant(_ key: APIKey, _ state: RevocableCredential.State) throws(Refusal) -> Grant {
    guard case .good(let scopes) = state else {
      throw .unauthenticated("The API key is unknown, revoked or expired.", error: "invalid_token")
    }
    return Grant(principal: "api-key:\(key.prefix)", scopes: scopes)
  }

  private static func limited(_ grant: Grant, _ state: RevocableCredential.State) throws(Refusal) -> Grant {
    switch state {
    case .good(let scopes): return grant.limited(to: scopes)
    case .disabled: throw .disabledClient
    case .unknown:
      let isSession = if case .session? = grant.revocable { true } else { false }
      throw .unauthenticated(
        isSession ? "The session has ended; log in again." : "The token's client is not there any more.",
        error: "invalid_token")
    }
  }

  private static func refusal(_ error: SecurityError) -> Refusal {
    switch error.code {
    case .library, .busy: Refusal(Problem(.unavailable, "The token cannot be checked now."))
    default: .unauthenticated("The token is not accepted: \(error.message).", error: "invalid_token")
    }
  }
}
