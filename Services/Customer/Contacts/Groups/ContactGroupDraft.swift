import Contracts

/// A contact group as an admin defines it.
struct ContactGroupDraft: Sendable, Equatable {
  static let maxFields = 64
  static let maxGroups: Int64 = 50
  static let maxName = 63

  var name: String
  var fields: [ContactField]

  /// Reads a REST body.
  /// - Throws: `Problem` that names every fault.
  static func read(_ body: JSON) throws(Problem) -> ContactGroupDraft {
    var reader = FieldReader(body)
    let name = reader.parsed("name", required: true, max: maxName) { text throws(FieldFault) in try checkName(text) }
    let fields = readFields(&reader, of: name ?? "", required: true)
    try reader.finish()
    guard let name, let fields else { throw Problem(.malformed, "The body has neither a name nor fields.") }
    return ContactGroupDraft(name: name, fields: fields)
  }

  /// The fields of a group of that name.
  static func readFields(_ reader: inout FieldReader, of group: String, required: Bool) -> [ContactField]? {
    guard let value = reader.value("fields", required: required) else { return nil }
    guard case .array(let elements) = value, (1...maxFields).contains(elements.count) else {
      reader.fail("fields", "must be an array of 1 to \(maxFields) fields")
      return nil
    }
    var fields: [ContactField] = []
    for (index, element) in elements.enumerated() {
      do throws(Problem) {
        let field = try ContactFieldDraft.read(element, of: group)
        if fields.contains(where: { $0.name == field.name }) {
          reader.fail("fields/\(index)/name", "stands there twice")
        }
        fields.append(field)
      } catch {
        for fault in error.errors { reader.fail("fields/\(index)\(fault.pointer)", fault.detail) }
      }
    }
    return fields
  }

  private static func checkName(_ name: String) throws(FieldFault) -> String {
    let name = try ContactFieldDraft.checkName(name)
    guard !ContactGroup.reserved.contains(name) else { throw FieldFault("is a name that contacts use already") }
    return name
  }
}
