import Contracts
import Service

/// An external send API and how we treat it: a row.
struct Provider: Sendable {
  /// The one that the environment names.
  static let environmentName = "default"

  var id: Int64
  /// Raised by every change of the provider or of its circuit.
  var revision: Int64
  /// Part of queue names: lower-case letters, digits and dashes.
  var name: String
  /// Without "/v1".
  var baseURL: String
  /// Opaque bearer; never shown.
  var token: Secret
  var isEnabled: Bool
  /// Whether URL and token are the environment's.
  var isEnvironment: Bool
  var settings: ProviderSettings
  var circuit: Circuit
  /// Microseconds since 1970.
  var createdAt: Int64
  var updatedAt: Int64

  /// The version, as operations carry it.
  var etag: String { String(revision) }

  /// What the other services know of it.
  var fact: ProviderFact {
    ProviderFact(
      id: id, name: name, revision: revision, isEnabled: isEnabled, rateLimit: settings.rateLimit,
      circuit: circuit.state, reopensAt: circuit.state == .open ? circuit.reopensAt : nil)
  }

  /// What `GET /api/providers/{id}` shows.
  var json: JSON {
    .object(
      settings.members.merging([
        "id": .integer(id), "name": .string(name), "url": .string(baseURL), "enabled": .bool(isEnabled),
        "environment": .bool(isEnvironment),
        "circuit": [
          "state": .string(circuit.state.rawValue), "mode": .string(circuit.mode.rawValue),
          "reason": circuit.reason.map { .string($0) } ?? .null,
          "reopens_at": circuit.reopensAt.map { .string(Timestamp.format(microseconds: $0)) } ?? .null,
        ],
        "created_at": .string(Timestamp.format(microseconds: createdAt)),
        "updated_at": .string(Timestamp.format(microseconds: updatedAt)),
      ]) { $1 })
  }
}
