import Service

/// Whose id stands in a path, as log lines call it.
enum Entity: String, Sendable, CaseIterable {
  case customer = "/api/customers/{id}"
  case mailout = "/api/mailouts/{id}"
  case message = "/api/messages/{id}"

  init?(pattern: String) {
    guard let entity = Self.allCases.first(where: { pattern.hasPrefix($0.rawValue) }) else { return nil }
    self = entity
  }

  func field(_ id: Int64) -> LogField {
    switch self {
    case .customer: .customerID(id)
    case .mailout: .mailoutID(id)
    case .message: .messageID(id)
    }
  }
}
