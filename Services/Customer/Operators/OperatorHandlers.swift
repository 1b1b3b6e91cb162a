import Contracts
import FoundationEssentials
import Messaging
import Security
import Service

/// Answers how operators get their tokens.
struct OperatorHandlers: Sendable {
  let operators: OperatorStore
  let refreshTokens: RefreshTokenStore
  let throttle: LoginThrottle
  let hasher: PasswordHasher
  let issuer: TokenIssuer
  let publishedKeys: [UInt8]
  let metrics: CustomerMetrics
  let log: Log

  func register(in handlers: inout OperationHandlers) {
    handlers.on(.authenticate, authenticate)
    handlers.on(.refreshToken, refresh)
    handlers.on(.tokenKeys) { _ in OperationReply(body: publishedKeys) }
  }

  private struct Tokens: Encodable {
    let accessToken: String
    let tokenType = "bearer"
    let expiresIn = TokenIssuer.lifetimeSeconds
    let refreshToken: String

    enum CodingKeys: String, CodingKey {
      case accessToken = "access_token"
      case tokenType = "token_type"
      case expiresIn = "expires_in"
      case refreshToken = "refresh_token"
    }
  }

  private func authenticate(_ request: OperationRequest) async throws -> OperationReply {
    var reader = FieldReader(try request.json())
    let username = reader.string("username", required: true, max: OperatorRules.maxUsername)
    let password = reader.string("password", required: true, max: PasswordHasher.maximumBytes)
    let address = reader.string("address", max: 64)
    try reader.finish()
    guard let username, let password else { throw Self.refused }

    try await throttle.begin(username: username, address: address)
    let found = try await operators.find(username: username)
    guard try await verify(password, found?.passwordHash), let found, !found.isDisabled else {
      metrics.logIns.with("refused").increment()
      log.warning("log-in refused", [.field("username", username), .field("address", address ?? "")])
      throw Self.refused
    }
    try await throttle.succeed(username: username, address: address)
    let newHash = hasher.needsRehash(found.passwordHash) ? try await hasher.hash(password) : nil
    try await operators.noteLogin(found.id, newHash: newHash)
    metrics.logIns.with("ok").increment()
    log.info("log-in", [.field("username", found.username), .traceID(request.traceID)])
    return try reply(found, refresh: try await refreshTokens.issue(to: found.id))
  }

  private func refresh(_ request: OperationRequest) async throws -> OperationReply {
    var reader = FieldReader(try request.json())
    let token = reader.string("refresh_token", required: true, max: 200)
    _ = reader.string("address", max: 64)
    try reader.finish()
    guard let token, case .good(let id, let family) = try await refreshTokens.use(token),
      let found = try await operators.find(id: id), !found.isDisabled
    else {
      throw Problem(.unauthenticated, "The refresh token is not good; log in again.")
    }
    return try reply(found, refresh: try await refreshTokens.issue(to: id, family: family))
  }

  private func verify(_ password: String, _ hash: String?) async throws -> Bool {
    do {
      return try await hasher.verify(password, against: hash)
    } catch  where error.code == .busy {
      throw Problem(.throttled, "Too many log-ins at this moment; try again in a few seconds.")
    }
  }

  private func reply(_ found: OperatorRecord, refresh: String) throws -> OperationReply {
    let access = try issuer.token(for: found.username, role: found.role)
    return try OperationReply(encoding: Tokens(accessToken: access, refreshToken: refresh))
  }

  private static let refused = Problem(.unauthenticated, "Incorrect username or password")
}
