import Contracts

/// One field of a group that an admin defines, as JSON.
enum ContactFieldDraft {
  private static let maxValues = 100
  /// A value that contacts are found by is a key.
  private static let maxKey: Int64 = 255
  private static let texts: Set<ContactField.Kind> = [.string, .email, .url]
  private static let keys: Set<ContactField.Kind> = [.string, .integer, .uuid, .email, .date]
  private static let types = ContactField.Kind.allCases.map(\.rawValue).joined(separator: ", ")

  /// - Parameter group: the name of the group it belongs to.
  /// - Throws: `Problem` that names every fault.
  static func read(_ body: JSON, of group: String) throws(Problem) -> ContactField {
    var reader = FieldReader(body)
    let name = reader.parsed("name", required: true, max: ContactGroupDraft.maxName) { text throws(FieldFault) in
      let name = try checkName(text)
      guard name != "create_timestamp", name != "update_timestamp" else {
        throw FieldFault("is a name that answers use")
      }
      return name
    }
    let kind = reader.parsed("type", required: true, max: 32) { text throws(FieldFault) in
      guard let kind = ContactField.Kind(rawValue: text) else { throw FieldFault("must be one of \(types)") }
      return kind
    }
    var field = ContactField(name: name ?? "", kind: kind ?? .string)
    readLimits(&reader, &field)
    field.isRequired = reader.bool("required") ?? false
    readIdentifier(&reader, &field, group)
    if let value = reader.value("default") {
      if field.isRequired { reader.fail("default", "must not stand beside \"required\": true") }
      do throws(ContactFault) {
        field.defaultValue = try field.value(of: value)
      } catch {
        reader.fail("default", "is no value of the field: \(error.message)")
      }
    }
    try reader.finish()
    return field
  }

  private static func readLimits(_ reader: inout FieldReader, _ field: inout ContactField) {
    func only(_ names: String..., when isAllowed: Bool, kinds: String) {
      for name in names where reader.has(name) && !reader.isNull(name) && !isAllowed {
        reader.fail(name, "is of fields of the type \(kinds) only")
      }
    }
    let isText = texts.contains(field.kind)
    field.maxLength = reader.integer("max_length", in: 1...Int64(ContactField.maxText)).map { Int($0) }
    field.minLength = reader.integer("min_length", in: 0...Int64(ContactField.maxText)).map { Int($0) }
    field.minimum = reader.integer("minimum", in: Int64.min...Int64.max)
    field.maximum = reader.integer("maximum", in: Int64.min...Int64.max)
    field.values = reader.strings("values", maxCount: maxValues, max: Int(maxKey)) ?? []
    only("max_length", "min_length", when: isText, kinds: "string, email or url")
    if !field.values.isEmpty && field.kind != .string { reader.fail("values", "is of fields of the type string only") }
    only("minimum", "maximum", when: field.kind == .integer, kinds: "integer")
    if let min = field.minLength, let max = field.maxLength, min > max {
      reader.fail("min_length", "must not be above max_length")
    }
    if let min = field.minimum, let max = field.maximum, min > max {
      reader.fail("minimum", "must not be above maximum")
    }
    if field.kind == .email { field.maxLength = min(field.maxLength ?? EmailAddress.maxLength, EmailAddress.maxLength) }
  }

  private static func readIdentifier(_ reader: inout FieldReader, _ field: inout ContactField, _ group: String) {
    let isUnique = reader.bool("unique") ?? false
    let isSearchable = reader.bool("searchable") ?? false
    guard isUnique || isSearchable else { return }
    guard keys.contains(field.kind) else {
      reader.fail(
        isUnique ? "unique" : "searchable", "is of fields of the type string, integer, uuid, email or date only")
      return
    }
    if field.kind == .string { field.maxLength = min(field.maxLength ?? Int(maxKey), Int(maxKey)) }
    field.identifier = ContactField.Identifier(
      name: "\(group).\(field.name)", isUnique: isUnique, foldsCase: field.kind == .email)
  }

  static func checkName(_ name: String) throws(FieldFault) -> String {
    guard (1...ContactGroupDraft.maxName).contains(name.utf8.count), let first = name.utf8.first,
      (0x61...0x7A).contains(first),
      name.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_") })
    else {
      throw FieldFault(
        "must have 1 to \(ContactGroupDraft.maxName) small letters, digits and underscores, a letter first")
    }
    return name
  }

  /// The field as `read` takes it, everything said.
  static func json(_ field: ContactField) -> JSON {
    var members: [String: JSON] = [
      "name": .string(field.name), "type": .string(field.kind.rawValue), "required": .bool(field.isRequired),
      "default": field.defaultValue, "unique": .bool(field.identifier?.isUnique ?? false),
      "searchable": .bool(field.identifier != nil), "values": .array(field.values.map(JSON.string)),
    ]
    members["max_length"] = field.maxLength.map { .integer(Int64($0)) } ?? .null
    members["min_length"] = field.minLength.map { .integer(Int64($0)) } ?? .null
    members["minimum"] = field.minimum.map(JSON.integer) ?? .null
    members["maximum"] = field.maximum.map(JSON.integer) ?? .null
    return .object(members)
  }
}
