import Contracts
import FoundationEssentials

/// An operator as stored.
struct OperatorRecord: Sendable, Equatable {
  var id: Int64
  var revision: Int64
  var username: String
  /// Argon2id; nil where they log in through the OpenID Connect provider alone.
  var passwordHash: String?
  var role: Role
  var isDisabled: Bool
  /// Whether the provider decides who they are and what they may.
  var isExternal: Bool
  var lastLoginAt: Date?
  var createdAt: Date
  var updatedAt: Date

  /// Whether they could log in and administrate.
  var isActiveAdmin: Bool { role == .admin && !isDisabled }

  var json: JSON {
    [
      "id": .integer(id), "username": .string(username), "role": .string(role.rawValue),
      "disabled": .bool(isDisabled), "external": .bool(isExternal), "last_login_at": .instant(lastLoginAt),
      "created_at": .instant(createdAt), "updated_at": .instant(updatedAt),
    ]
  }
}
