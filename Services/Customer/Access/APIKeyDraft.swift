import Contracts
import FoundationEssentials

/// What an administrator orders of an API key.
struct APIKeyDraft: Sendable, Equatable {
  var name: String
  /// Sorted.
  var scopes: [String]
  /// nil for never.
  var expiresAt: Date?

  /// Reads a new key: `{"name", "scopes", "expires_at"?}`.
  /// - Throws: `Problem` with every fault.
  static func read(_ body: JSON, now: Date) throws(Problem) -> APIKeyDraft {
    var draft = APIKeyDraft(name: "", scopes: [], expiresAt: nil)
    try draft.read(body, required: true, now: now)
    return draft
  }

  /// A stored key with the fields of a PATCH changed.
  static func changed(_ record: APIKeyRecord, by changes: JSON, now: Date) throws(Problem) -> APIKeyDraft {
    var draft = APIKeyDraft(name: record.name, scopes: record.scopes, expiresAt: record.expiresAt)
    try draft.read(changes, required: false, now: now)
    return draft
  }

  private mutating func read(_ body: JSON, required: Bool, now: Date) throws(Problem) {
    var reader = FieldReader(body)
    if !required { reader.refuseNull("name") }
    if let name = reader.string("name", required: required, max: FieldRules.maxName) { self.name = name }
    if let scopes = reader.scopes("scopes", required: required) { self.scopes = scopes }
    if let instant = reader.timestamp("expires_at") {
      if instant <= now { reader.fail("expires_at", "must lie in the future") }
      expiresAt = instant
    } else if reader.isNull("expires_at") {
      expiresAt = nil
    }
    try reader.finish()
  }
}
