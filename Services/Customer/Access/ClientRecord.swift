import Contracts
import FoundationEssentials

/// A program that gets tokens by OAuth 2 client credentials, as stored.
struct ClientRecord: Sendable, Equatable {
  var id: Int64
  var revision: Int64
  /// "id_" and letters, digits, "-", "_", "."
  var clientID: String
  /// Argon2id.
  var secretHash: String
  var name: String?
  /// Sorted.
  var scopes: [String]
  var isEnabled: Bool
  /// The principal that made it.
  var createdBy: String
  /// To the minute.
  var lastAccessAt: Date?
  var createdAt: Date
  var updatedAt: Date

  var json: JSON {
    [
      "id": .integer(id), "client_id": .string(clientID), "name": name.map(JSON.string) ?? .null,
      "scopes": .array(scopes.map(JSON.string)), "enabled": .bool(isEnabled), "created_by": .string(createdBy),
      "last_access_at": .instant(lastAccessAt), "created_at": .instant(createdAt), "updated_at": .instant(updatedAt),
    ]
  }
}
