import Contracts
import Service

/// Somebody who takes leads, by an API of their own: a row.
struct Buyer: Sendable {
  var id: Int64
  /// Raised by every change.
  var revision: Int64
  var name: String
  var isEnabled: Bool
  var settings: BuyerSettings
  /// Never shown.
  var passwords: [BuyerStage.Name: Secret]
  /// Microseconds since 1970.
  var createdAt: Int64
  var updatedAt: Int64

  /// The version, as operations carry it.
  var etag: String { String(revision) }

  var fact: BuyerFact { BuyerFact(id: id, name: name, revision: revision, isEnabled: isEnabled) }

  /// What `GET /api/buyers/{id}` shows.
  var json: JSON {
    .object(
      settings.members.merging([
        "id": .integer(id), "name": .string(name), "enabled": .bool(isEnabled),
        "created_at": .string(Timestamp.format(microseconds: createdAt)),
        "updated_at": .string(Timestamp.format(microseconds: updatedAt)),
      ]) { $1 })
  }

  /// Whom a lead goes to: of those who take it, the one whose routing says most; of equals, the oldest.
  static func route(_ lead: Lead, among buyers: [Buyer]) -> Buyer? {
    buyers.filter { $0.isEnabled && $0.settings.routing.takes(lead) }
      .min { ($1.settings.routing.weight, $0.id) < ($0.settings.routing.weight, $1.id) }
  }
}
