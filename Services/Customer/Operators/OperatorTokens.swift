import Contracts
import FoundationEssentials
import Messaging
import Postgres

/// What an operator has been given who has logged in, by whatever way.
struct OperatorTokens: Sendable {
  let refreshTokens: RefreshTokenStore
  let keys: TokenKeyBox

  private struct Body: Encodable {
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

  /// An access token and a refresh token.
  /// - Parameters:
  ///   - record: the operator as they are now; their row is held.
  ///   - family: of the log-in that is renewed; a new one where it begins.
  func issue(
    to record: OperatorRecord, family: UUID = UUID(), on connection: PostgresConnection
  ) async throws -> OperationReply {
    let refresh = try await refreshTokens.issue(to: record.id, family: family, on: connection)
    let access = try keys.issuer.token(for: record.username, role: record.role)
    return try OperationReply(encoding: Body(accessToken: access, refreshToken: refresh))
  }
}
