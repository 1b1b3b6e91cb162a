import Contracts
import FoundationEssentials

/// An application that customers may be mapped to.
struct ApplicationRecord: Sendable, Equatable {
  var id: Int64
  var revision: Int64
  /// As it stands in URLs: "amc".
  var slug: String
  var name: String
  var createdAt: Date
  var updatedAt: Date

  var json: JSON {
    [
      "id": .integer(id), "slug": .string(slug), "name": .string(name), "created_at": .instant(createdAt),
      "updated_at": .instant(updatedAt),
    ]
  }
}
