import Contracts

/// Somebody's wish to be called by a buyer, as its source describes it. What we do not know of is passed over.
struct Lead: Sendable, Equatable {
  /// What a buyer is to be told: their key, and the value for it.
  struct Field: Sendable, Equatable {
    /// Without spaces at its ends.
    let key: String
    let value: JSON
  }

  static let maxFields = 500

  let id: String
  let formID: Int64?
  let customerID: Int64?
  let universeID: Int64?
  let blueprintID: String?
  /// Those that have a value, by the names the source gives them.
  let mapped: [Field]
  /// All of it.
  let json: JSON

  /// - Throws: `LeadFault` that names every fault.
  static func read(_ json: JSON) throws(LeadFault) -> Lead {
    var reader = FieldReader(json)
    let id = reader.string("lead_id", required: true, max: 200)
    let lead = Lead(
      id: id ?? "", formID: reader.integer("form_id", in: .min ... .max),
      customerID: reader.integer("customer_id", in: .min ... .max),
      universeID: reader.integer("universe_id", in: .min ... .max),
      blueprintID: reader.string("blueprint_id", max: 200, allowEmpty: true), mapped: fields(&reader), json: json)
    for name in ["form_name", "status", "source", "subsource"] {
      _ = reader.string(name, max: 500, allowEmpty: true)
    }
    checkTimestamp(&reader)
    for name in ["provider", "customer_mapping", "fields"] { checkObject(name, &reader) }
    guard reader.errors.isEmpty else { throw LeadFault.invalid(reader.errors) }
    guard !lead.mapped.isEmpty else {
      throw LeadFault("Missing mandatory field", "customer_fields_mapping has no value for the buyer")
    }
    return lead
  }

  /// The id alone, of a lead whatever its other faults.
  static func id(of json: JSON) -> String? {
    var reader = FieldReader(json)
    return reader.string("lead_id", max: 200)
  }

  private static func fields(_ reader: inout FieldReader) -> [Field] {
    let name = "customer_fields_mapping"
    guard let value = reader.value(name, required: true) else { return [] }
    guard case .object(let members) = value, members.count <= maxFields else {
      reader.fail(name, "must be an object of at most \(maxFields) members")
      return []
    }
    var fields: [Field] = []
    for (ref, member) in members.sorted(by: { $0.key < $1.key }) {
      let place = "\(name)/\(ref.prefix(100))"
      guard case .string(let key)? = member["customer_key"], let key = Self.trimmed(key) else {
        reader.fail(place, "needs a customer_key, a string that is not empty")
        continue
      }
      let value = member["customer_value"] ?? .null
      switch value {
      case .array, .object: reader.fail(place, "must have a customer_value that is no array or object")
      case .null: continue
      case .string(let text) where Self.trimmed(text) == nil: continue
      default:
        guard let other = fields.first(where: { $0.key == key }) else {
          fields.append(Field(key: key, value: value))
          continue
        }
        if other.value != value { reader.fail(place, "gives \(key.prefix(100)) another value than an earlier one") }
      }
    }
    return fields
  }

  /// Without spaces at its ends; nil where nothing is left.
  private static func trimmed(_ text: String) -> String? {
    let rest = text.drop(while: \.isWhitespace)
    guard let last = rest.lastIndex(where: { !$0.isWhitespace }) else { return nil }
    return String(rest[...last])
  }

  /// "YYYY-MM-DD HH:MM:SS"
  private static func checkTimestamp(_ reader: inout FieldReader) {
    guard let text = reader.string("timestamp", max: 64) else { return }
    let instant = text.replacing(" ", with: "T", maxReplacements: 1) + "Z"
    if text.utf8.count != 19 || !text.contains(" ") || (try? Timestamp.parse(instant)) == nil {
      reader.fail("timestamp", "must be like 2026-11-21 09:00:00")
    }
  }

  private static func checkObject(_ name: String, _ reader: inout FieldReader) {
    guard let value = reader.value(name) else { return }
    guard case .object = value else { return reader.fail(name, "must be an object, not \(value.kind)") }
  }
}
