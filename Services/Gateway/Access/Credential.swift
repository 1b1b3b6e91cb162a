import HTTPServer
import Security

/// What a request shows of who sends it, by its `Authorization` header.
enum Credential: Sendable {
  /// `Bearer <token>`
  case token(String)
  /// `Api-Key <prefix>.<secret>`
  case apiKey(APIKey)

  /// - Throws: `Refusal` 401 where there is none, or none that can be read.
  init(_ headers: HTTPHeaders) throws(Refusal) {
    let given = headers.values("Authorization")
    guard let value = given.first else {
      throw .unauthenticated("This needs a credential: Authorization: Bearer … or Api-Key …")
    }
    let parts = value.split(separator: " ", maxSplits: 1)
    guard given.count == 1, parts.count == 2 else { throw Self.unreadable }
    switch parts[0].lowercased() {
    case "bearer":
      self = .token(String(parts[1]))
    case "api-key":
      guard let key = APIKey(String(parts[1])) else {
        throw .unauthenticated("The API key is not of the form prefix.secret.", error: "invalid_token")
      }
      self = .apiKey(key)
    default:
      throw Self.unreadable
    }
  }

  private static let unreadable = Refusal.unauthenticated(
    "The Authorization header must be given once, as: Bearer <token> or Api-Key <key>.")
}
