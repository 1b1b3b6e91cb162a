import Contracts
import FoundationEssentials

/// An API key as stored: never the key itself.
struct APIKeyRecord: Sendable, Equatable {
  var id: Int64
  var revision: Int64
  /// The key's first part, which names it.
  var prefix: String
  var name: String
  /// Sorted.
  var scopes: [String]
  /// The principal that made it.
  var createdBy: String
  /// From when on it is not good any more; nil for never.
  var expiresAt: Date?
  /// To the minute, so that its use costs no write each time.
  var lastUsedAt: Date?
  var createdAt: Date
  var updatedAt: Date

  var json: JSON {
    [
      "id": .integer(id), "prefix": .string(prefix), "name": .string(name),
      "scopes": .array(scopes.map(JSON.string)), "created_by": .string(createdBy),
      "expires_at": .instant(expiresAt), "last_used_at": .instant(lastUsedAt), "created_at": .instant(createdAt),
      "updated_at": .instant(updatedAt),
    ]
  }
}

extension JSON {
  /// RFC 3339 in UTC, or null.
  static func instant(_ date: Date?) -> JSON { date.map { .string(Timestamp.format($0)) } ?? .null }
}
