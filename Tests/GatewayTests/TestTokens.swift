import Contracts
import FoundationEssentials
import Security

/// Tokens as the customer service makes them.
enum TestTokens {
  private static let key = Result { try SigningKey.generate() }

  static let jwks: [UInt8] = (try? KeySet([key.get().publicKey]).jwks()) ?? []

  /// Every scope there is.
  static let allScopes = Set(Operation.all.compactMap(\.scope))

  static func token(
    subject: String = "anna", scopes: Set<String> = allScopes, issuer: String = "mailout",
    expiresIn seconds: Int64 = 600, session: String? = nil, key: SigningKey? = nil
  ) throws -> String {
    let now = Int64(Date.now.timeIntervalSince1970)
    var claims: [String: JSON] = [
      "iss": .string(issuer), "sub": .string(subject), "scope": .string(scopes.sorted().joined(separator: " ")),
      "iat": .integer(now), "exp": .integer(now + seconds),
    ]
    claims["sid"] = session.map(JSON.string)
    return try TokenSigner(key: try key ?? self.key.get()).sign(claims: JSON.object(claims).bytes)
  }
}
