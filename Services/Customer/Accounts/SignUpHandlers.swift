import Contracts
import Messaging
import Postgres
import Security
import Service

/// Answers who signs up: a customer and their account come to be together, or neither does.
struct SignUpHandlers: Sendable {
  /// Of one address in the throttle's window.
  static let addressLimit = 30
  /// What of the data must be kept nowhere.
  private static let secrets: Set<String> = ["password"]

  let profiles: ProfileHandlers
  let throttle: LoginThrottle
  let hasher: PasswordHasher
  let accounts = AccountStore()

  func register(in handlers: inout OperationHandlers) {
    handlers.on(.signUp, signUp)
  }

  /// `{"email", "password", "country"?, "language"?}` → the profile.
  ///
  /// Somebody whom we know by their address already has not proved that it is theirs: they get a password by a token
  /// that is sent there.
  @Sendable private func signUp(_ request: OperationRequest) async throws -> OperationReply {
    var reader = FieldReader(try request.json())
    let draft = reader.profile()
    let password = reader.newPassword("password")
    try reader.finish()
    guard let draft, let password else { throw Problem(.malformed, "The data is not whole.") }
    if let origin = request.origin {
      try await throttle.spend("sign-up", of: origin, limit: Self.addressLimit)
    }
    // Before the transaction: it takes a while.
    let hash = try await hasher.hash(forRequest: password)
    let own = try request.ofNobody(knownBy: ImportRow.fold(draft.email.text))
    let existing = "Customer with email \(draft.email.text) already exists"
    return try await profiles.unique(draft, saying: existing) { taken in
      try await profiles.contacts.idempotency.once(own, on: profiles.contacts.pool, secrets: Self.secrets) {
        connection in
        let profile = try await profiles.add(draft, taken, own, on: connection)
        try await accounts.put(profile.id, passwordHash: hash, on: connection)
        return OperationReply(profile.json)
      }
    }
  }
}

extension OperationRequest {
  /// The same request of somebody without a credential. Their idempotency keys must not meet those of others without
  /// one: `mark` tells them apart there, and there alone, since its digest could be searched for.
  func ofNobody(knownBy mark: String) throws -> OperationRequest {
    let digest = Base64URL.encode(Array(SecretDigest.of(mark).prefix(9)))
    return OperationRequest(
      operation: operation, principal: "anonymous", scopes: [], idempotencyKey: idempotencyKey,
      keyOwner: "anonymous:\(digest)", traceID: traceID, origin: origin, isRedelivered: isRedelivered, data: try json())
  }
}
