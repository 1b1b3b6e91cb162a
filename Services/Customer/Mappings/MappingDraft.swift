import Contracts
import Foundation

/// Who a customer is in an application, as somebody wishes it to be noted.
struct MappingDraft: Sendable, Equatable {
  static let maxAppID = 255

  var customer: UUID
  /// The application's slug.
  var app: String
  var customerAppID: String

  /// - Throws: `Problem` with every fault of every field.
  static func read(_ data: JSON) throws(Problem) -> MappingDraft {
    var reader = FieldReader(data)
    let customer = reader.uuid("customer")
    let app = reader.string("app", required: true, max: 64)
    let customerAppID = reader.appID("customer_app_id")
    try reader.finish()
    guard let customer, let app, let customerAppID else { throw Problem(.malformed, "The data is not whole.") }
    return MappingDraft(customer: customer, app: app, customerAppID: customerAppID)
  }
}

extension FieldReader {
  mutating func uuid(_ name: String) -> UUID? {
    guard let text = string(name, required: true, max: 64) else { return nil }
    let uuid = UUID(uuidString: text)
    if uuid == nil { fail(name, "must be a valid UUID") }
    return uuid
  }

  /// An application's own id of a customer; a number is its digits.
  mutating func appID(_ name: String) -> String? {
    if case .integer(let number)? = value(name) { return String(number) }
    return string(name, required: true, max: MappingDraft.maxAppID)
  }
}
