import Contracts
import FoundationEssentials

/// A tag, phone code or time zone as stored.
struct NamedRecord: Sendable, Equatable {
  var id: Int64
  var name: String
  /// Raised by every change; the ETag.
  var revision: Int64
  var createdAt: Date
  var updatedAt: Date

  var etag: String { String(revision) }

  /// As callers see it: `{"id", "<field>", "created_at", "updated_at"}`.
  func json(_ kind: NamedKind) -> JSON {
    .object([
      "id": .integer(id), kind.field: .string(name),
      "created_at": .string(Timestamp.format(createdAt)), "updated_at": .string(Timestamp.format(updatedAt)),
    ])
  }

  /// What the events about it say.
  struct Fact: Codable, Sendable {
    var id: Int64
    var revision: Int64
    var name: String
  }

  var fact: Fact { Fact(id: id, revision: revision, name: name) }
}
