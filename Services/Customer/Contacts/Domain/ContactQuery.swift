import Contracts
import FoundationEssentials

/// By which ids contacts are asked for: all of them must be right.
struct ContactQuery: Sendable, Equatable {
  var identifiers: [ContactIdentifier] = []

  /// Reads an operation's `filter`: {"<identifier>": "<value>"}.
  /// - Parameter groups: those beside `email`.
  /// - Throws: `Problem` that names every fault; `malformed` where nothing is asked for.
  static func read(_ data: JSON, groups: [ContactGroup]) throws(Problem) -> ContactQuery {
    guard case .object(let filter)? = data["filter"] else {
      throw Problem.invalid([ContactFault.object.field("/filter", data["filter"] ?? .null)])
    }
    var faults: [Problem.Field] = []
    var query = ContactQuery()
    for field in ([.email] + groups).flatMap(\.fields) {
      guard let identifier = field.identifier, let given = filter[identifier.name], given != "" else { continue }
      do throws(ContactFault) {
        if let found = ContactIdentifier(identifier, value: try field.searched(given)) {
          query.identifiers.append(found)
        }
      } catch {
        faults.append(error.field("/filter/\(identifier.name)", given))
      }
    }
    guard faults.isEmpty else { throw Problem.invalid(faults) }
    guard !query.identifiers.isEmpty else {
      throw Problem(
        .malformed,
        "No identifiers provided, at least one is needed: " + ContactGroup.identityNames.joined(separator: ", "))
    }
    return query
  }
}

extension ContactField {
  /// A value to look for. A text need not be one that a contact can have, an e-mail address say: then it finds none.
  fileprivate func searched(_ given: JSON) throws(ContactFault) -> JSON {
    guard case .string(let text) = given else { throw .string }
    switch kind {
    case .uuid: return .string(try Self.uuid(text))
    case .integer:
      guard let number = Int64(text) else {
        throw ContactFault("int_parsing", "Input should be a valid integer, unable to parse string as an integer")
      }
      return .integer(number)
    default:
      try checkLength(text)
      if let fault = FieldReader.fault(in: text, max: .max, allowEmpty: true) { throw .rule(fault) }
      return given
    }
  }
}
