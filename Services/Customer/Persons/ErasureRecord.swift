import Contracts
import FoundationEssentials

/// An order to forget a person, and how far it is.
struct ErasureRecord: Sendable {
  /// What one service has to do.
  struct Part: Sendable {
    var service: ServiceName
    var tries: Int
    var doneAt: Date?
    var detail: String?
    var erased: JSON

    var json: JSON {
      [
        "service": .string(service.rawValue), "state": doneAt == nil ? "pending" : "done",
        "done_at": doneAt.map { .string(Timestamp.format($0)) } ?? .null, "tries": .integer(Int64(tries)),
        "detail": detail.map { .string($0) } ?? .null, "erased": erased,
      ]
    }
  }

  /// Every service that keeps something of a person.
  static let services: [ServiceName] = [.customer, .mailoutScheduler, .sender, .stats]

  var id: Int64
  var customerID: Int64
  var requestedBy: String
  var requestedAt: Date
  var completedAt: Date?
  /// In order of the services' names.
  var parts: [Part]

  var json: JSON {
    [
      "id": .integer(id), "customer_id": .integer(customerID), "state": completedAt == nil ? "running" : "complete",
      "requested_by": .string(requestedBy), "requested_at": .string(Timestamp.format(requestedAt)),
      "completed_at": completedAt.map { .string(Timestamp.format($0)) } ?? .null, "services": .array(parts.map(\.json)),
    ]
  }
}
