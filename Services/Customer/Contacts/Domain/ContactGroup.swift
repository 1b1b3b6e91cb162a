import Contracts

/// A contact group: what it is called, and its fields.
struct ContactGroup: Sendable, Equatable {
  var name: String
  var fields: [ContactField]
  /// Whether it shows when it was made and changed.
  var isTimestamped = false

  /// A group's fields by name; of a group as it is stored, all of them.
  typealias Values = [String: JSON]

  /// Every field as it is where nobody has said anything.
  var defaults: Values {
    Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0.defaultValue) })
  }

  func isDefault(_ values: Values) -> Bool {
    fields.allSatisfy { (values[$0.name] ?? $0.defaultValue) == $0.defaultValue }
  }

  /// The values with every other field as by default.
  func completed(_ values: Values) -> Values { defaults.merging(values) { $1 } }

  /// The fields given, each checked; what is not a field is passed over, as are the fields that answers add.
  /// - Parameters:
  ///   - isWhole: whether fields that must be there must be given.
  ///   - pointer: of `input`.
  func read(_ input: JSON, isWhole: Bool, at pointer: String, _ faults: inout [Problem.Field]) -> Values {
    guard case .object(let members) = input else {
      faults.append(ContactFault.object.field(pointer, input))
      return [:]
    }
    var values: Values = [:]
    for field in fields {
      guard let given = members[field.name] else {
        if isWhole && field.isRequired {
          faults.append(ContactFault.missing.field("\(pointer)/\(field.name)", input))
        }
        continue
      }
      do throws(ContactFault) {
        values[field.name] = try field.value(of: given)
      } catch {
        faults.append(error.field("\(pointer)/\(field.name)", given))
      }
    }
    return values
  }

  /// What contacts are found by, of these values: the identifier and its value.
  func identifiers(_ values: Values) -> [ContactIdentifier] {
    fields.compactMap { field in
      guard let identifier = field.identifier, let value = values[field.name] else { return nil }
      return ContactIdentifier(identifier, value: value)
    }
  }
}
