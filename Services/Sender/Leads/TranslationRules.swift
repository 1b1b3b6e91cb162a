import Contracts

/// How a lead becomes what a buyer wants: rules of the buyer, as data.
struct TranslationRules: Sendable, Equatable {
  static let maxRules = 200

  /// What must be there once mapping and constants are done.
  var mandatory: [String] = []
  /// Always told, whatever the mapping says.
  var constants: [String: LeadTemplate] = standardConstants
  /// The only values a key may have.
  var allowed: [String: [String]] = [:]
  /// Worked out from the lead, in this order.
  var computed: [ComputedField] = []

  private static let standardConstants: [String: LeadTemplate] =
    (try? LeadTemplate("{lead_id}")).map { ["ID_Traitement": $0] } ?? [:]

  var members: [String: JSON] {
    [
      "mandatory_keys": .array(mandatory.map(JSON.string)),
      "constants": .object(constants.mapValues { .string($0.text) }),
      "allowed_values": .object(allowed.mapValues { .array($0.map(JSON.string)) }),
      "computed": .array(computed.map(\.json)),
    ]
  }

  /// Takes over what an object says; each of these lists and maps is replaced whole.
  mutating func read(_ reader: inout FieldReader) {
    for name in ["mandatory_keys", "constants", "allowed_values", "computed"] where reader.isNull(name) {
      reader.fail(name, "must not be null")
    }
    if let keys = reader.strings("mandatory_keys", maxCount: Self.maxRules, max: 200) { mandatory = keys }
    if let constants = reader.map("constants", maxCount: Self.maxRules, Self.template) { self.constants = constants }
    if let allowed = reader.map("allowed_values", maxCount: Self.maxRules, Self.values) { self.allowed = allowed }
    if let computed = ComputedField.readAll("computed", from: &reader) { self.computed = computed }
  }

  static func template(_ json: JSON) -> Result<LeadTemplate, RuleFault> {
    guard case .string(let text) = json else { return .failure(RuleFault("must be a string, not \(json.kind)")) }
    if let fault = FieldReader.fault(in: text, max: 2000, allowEmpty: false) { return .failure(RuleFault(fault)) }
    return Result { () throws(RuleFault) in try LeadTemplate(text) }
  }

  private static func values(_ json: JSON) -> Result<[String], RuleFault> {
    let fault = RuleFault("must be an array of 1 to 500 strings of at most 500 characters")
    guard case .array(let elements) = json, (1...500).contains(elements.count) else { return .failure(fault) }
    var values: [String] = []
    for element in elements {
      guard case .string(let text) = element, FieldReader.fault(in: text, max: 500, allowEmpty: true) == nil else {
        return .failure(fault)
      }
      values.append(text)
    }
    return .success(values)
  }
}
