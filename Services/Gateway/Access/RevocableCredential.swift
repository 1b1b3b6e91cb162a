import Contracts
import Messaging
import Security

/// A credential that can be taken back at any moment, so that the customer service is asked whether it still is good.
enum RevocableCredential: Sendable, Hashable {
  /// By its digest: the key itself stays here.
  case apiKey(prefix: String, digest: [UInt8])
  case client(id: String)
  /// A customer's, by the `sid` of its tokens.
  case session(id: String)

  init(_ key: APIKey) { self = .apiKey(prefix: key.prefix, digest: key.digest) }

  /// What the customer service says of one.
  enum State: Sendable, Equatable {
    /// What it may do.
    case good(scopes: Set<String>)
    /// A client that an administrator has disabled.
    case disabled
    /// Unknown, revoked or expired.
    case unknown
  }

  /// - Throws: `Problem` where it cannot be told, or no more may be asked from this address.
  func ask(_ operations: any OperationCalling, address: String, timeout: Duration) async throws(Problem) -> State {
    let operation: Operation
    let data: JSON
    switch self {
    case .apiKey(let prefix, let digest):
      operation = .verifyAPIKey
      data = [
        "prefix": .string(prefix), "digest": .string(Base64URL.encode(digest)), "address": .string(address),
      ]
    case .client(let id):
      operation = .clientStanding
      data = ["client_id": .string(id)]
    case .session(let id):
      operation = .sessionStanding
      data = ["session": .string(id)]
    }
    do {
      let reply = try await operations.call(operation, data: data.bytes, as: .gateway(), timeout: timeout)
      return try Self.state(try JSON.parse(reply.body))
    } catch  where [.unauthenticated, .notFound, .invalid].contains(error.code) {
      return .unknown
    }
  }

  private static func state(_ reply: JSON) throws(Problem) -> State {
    if reply["enabled"] == .bool(false) { return .disabled }
    guard case .array(let scopes)? = reply["scopes"] else {
      throw Problem(.internal, "The customer service's answer could not be read.")
    }
    return .good(
      scopes: Set(
        scopes.compactMap { scope in
          if case .string(let text) = scope { text } else { nil }
        }))
  }
}
