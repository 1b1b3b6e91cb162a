/// Makes rows of texts, field by field, and keeps every fault.
struct ImportRowReader {
  let zones: TimeZoneNames
  private(set) var row: ImportRow
  private(set) var faults: [ImportFault] = []

  init(line: Int, zones: TimeZoneNames) {
    self.zones = zones
    row = ImportRow(line: line)
  }

  /// Sets a field from its text; an empty one is not given.
  mutating func set(_ column: ImportColumn, _ text: String) {
    guard !text.isEmpty else { return }
    do throws(FieldFault) {
      switch column {
      case .phone:
        let phone = try Phone(text)
        row.phone = phone
        row.derivedCode = phone.code
      case .phoneCode: row.phoneCode = try Phone.code(text)
      case .timezone: row.timezone = try zones.check(text)
      case .email: row.email = try EmailAddress(checked(text, max: EmailAddress.maxLength))
      case .firstName: row.firstName = try checked(text, max: FieldRules.maxName)
      case .lastName: row.lastName = try checked(text, max: FieldRules.maxName)
      case .tags: row.tags = try Self.tags(text)
      case .optedOut: row.optedOut = try Self.flag(text)
      case .attribute(let name): row.attributes[name] = try checked(text, max: AttributeRules.maxValueLength)
      }
    } catch {
      fail(column.name, error.detail)
    }
  }

  mutating func set(optedOut: Bool) { row.optedOut = optedOut }

  mutating func set(tags: [String]) {
    do {
      row.tags = try Self.check(tags)
    } catch {
      fail("tags", error.detail)
    }
  }

  mutating func set(attributes: [String: String]) {
    if attributes.count > AttributeRules.maxCount {
      fail("attributes", Self.tooManyAttributes)
      return
    }
    for (name, value) in attributes.sorted(by: { $0.key < $1.key }) {
      do throws(FieldFault) {
        try AttributeRules.checkName(name)
        if let fault = AttributeRules.fault(inValue: value) { throw FieldFault(fault) }
        row.attributes[name] = value
      } catch {
        fail("attributes/\(name.prefix(100))", error.detail)
      }
    }
  }

  mutating func fail(_ field: String?, _ detail: String) {
    faults.append(ImportFault(line: row.line, field: field, detail: detail))
  }

  /// The row, or what is wrong with it.
  mutating func finish() -> Result<ImportRow, ImportFaults> {
    if faults.isEmpty && row.phone == nil && row.email == nil { fail("phone", CustomerDraft.addressFault) }
    if row.attributes.count > AttributeRules.maxCount { fail("attributes", Self.tooManyAttributes) }
    return faults.isEmpty ? .success(row) : .failure(ImportFaults(list: faults))
  }

  private static let tooManyAttributes = "must have at most \(AttributeRules.maxCount) attributes"

  /// Separated by ";"; spaces around a tag do not belong to it.
  private static func tags(_ text: String) throws(FieldFault) -> [String] {
    let parts = text.utf8.split(separator: UInt8(ascii: ";")).map { part in
      var part = part
      while part.first == UInt8(ascii: " ") { part = part.dropFirst() }
      while part.last == UInt8(ascii: " ") { part = part.dropLast() }
      return String(Substring(part))
    }
    return try check(parts.filter { !$0.isEmpty })
  }

  private static func flag(_ text: String) throws(FieldFault) -> Bool {
    switch text {
    case "true": true
    case "false": false
    default: throw FieldFault("must be true or false")
    }
  }

  private static func check(_ tags: [String]) throws(FieldFault) -> [String] {
    guard tags.count <= TagRules.maxCount else { throw FieldFault("must be at most \(TagRules.maxCount) tags") }
    for tag in tags { _ = try TagRules.check(tag) }
    return tags.count > 1 ? TagRules.normalise(tags) : tags
  }

  private func checked(_ text: String, max: Int) throws(FieldFault) -> String {
    if let fault = FieldRules.fault(in: text, max: max, allowEmpty: false) { throw FieldFault(fault) }
    return text
  }
}

/// Everything wrong with one line.
struct ImportFaults: Error {
  let list: [ImportFault]
}
