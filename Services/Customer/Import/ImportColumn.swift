import Contracts

/// What a column of a CSV file holds.
enum ImportColumn: Sendable, Equatable {
  case phone, phoneCode, timezone, email, firstName, lastName, tags, optedOut
  case attribute(String)

  static let maxCount = 80

  /// The field's name in an answer.
  var name: String {
    switch self {
    case .phone: "phone"
    case .phoneCode: "phone_code"
    case .timezone: "timezone"
    case .email: "email"
    case .firstName: "first_name"
    case .lastName: "last_name"
    case .tags: "tags"
    case .optedOut: "opted_out"
    case .attribute(let name): name
    }
  }

  private static let standard: [String: ImportColumn] = Dictionary(
    uniqueKeysWithValues: [.phone, .phoneCode, .timezone, .email, .firstName, .lastName, .tags, .optedOut]
      .map { ($0.name, $0) })

  /// Reads a header row: standard fields by name, every other column an attribute.
  /// - Throws: `Problem` that names each column that cannot be one.
  static func read(_ header: [String]) throws(Problem) -> [ImportColumn] {
    var errors: [Problem.Field] = []
    var columns: [ImportColumn] = []
    var seen: Set<String> = []
    if header.isEmpty { errors.append(Problem.Field("/columns", "must name at least one column")) }
    if header.count > maxCount { errors.append(Problem.Field("/columns", "must be at most \(maxCount) columns")) }
    for (index, name) in header.prefix(maxCount).enumerated() {
      func fail(_ detail: String) {
        errors.append(Problem.Field("/columns/\(index)", "column \"\(name.prefix(100))\": \(detail)"))
      }
      guard seen.insert(name).inserted else {
        fail("stands there twice")
        continue
      }
      if let column = standard[name] {
        columns.append(column)
      } else {
        do {
          try AttributeRules.checkName(name)
        } catch {
          fail(error.detail)
        }
        columns.append(.attribute(name))
      }
    }
    if errors.isEmpty, !columns.contains(.phone), !columns.contains(.email) {
      errors.append(Problem.Field("/columns", "must have a column phone or email"))
    }
    guard errors.isEmpty else { throw Problem.invalid(errors) }
    return columns
  }
}

extension ImportColumn {
  /// The column of a plain text field; nil for tags, opted_out, attributes and unknown names.
  static func text(_ name: String) -> ImportColumn? {
    switch name {
    case "phone": .phone
    case "phone_code": .phoneCode
    case "timezone": .timezone
    case "email": .email
    case "first_name": .firstName
    case "last_name": .lastName
    default: nil
    }
  }
}
