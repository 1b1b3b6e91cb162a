import Contracts

/// A key whose value is worked out: a template, and where there is a table, what the table makes of the text.
struct ComputedField: Sendable, Equatable {
  let key: String
  let template: LeadTemplate
  /// The template's text to the buyer's word for it; nil takes the text as it is.
  let values: [String: String]?
  /// Whether a lead without it is refused.
  let isMandatory: Bool

  var json: JSON {
    [
      "key": .string(key), "template": .string(template.text),
      "values": values.map { .object($0.mapValues(JSON.string)) } ?? .null, "mandatory": .bool(isMandatory),
    ]
  }

  /// nil where the lead lacks something, or the table has no word for it.
  func value(_ lead: Lead, mapped: [String: JSON]) -> String? {
    guard let text = template.filled(lead, mapped: mapped) else { return nil }
    guard let values else { return text }
    return values[text]
  }

  static func readAll(_ name: String, from reader: inout FieldReader) -> [ComputedField]? {
    guard let value = reader.value(name) else { return nil }
    guard case .array(let elements) = value, elements.count <= TranslationRules.maxRules else {
      reader.fail(name, "must be an array of at most \(TranslationRules.maxRules) objects")
      return nil
    }
    return elements.enumerated().compactMap { index, element in
      var nested = FieldReader(element)
      let field = read(&nested)
      do throws(Problem) {
        try nested.finish()
      } catch {
        for fault in error.errors { reader.fail("\(name)/\(index)\(fault.pointer)", fault.detail) }
      }
      return field
    }
  }

  private static func read(_ reader: inout FieldReader) -> ComputedField? {
    let key = reader.string("key", required: true, max: 200)
    let template = reader.string("template", required: true, max: 2000)
    let values = reader.map("values", maxCount: 500) { json in
      guard case .string(let text) = json, FieldReader.fault(in: text, max: 500, allowEmpty: true) == nil else {
        return Result<String, RuleFault>.failure(RuleFault("must be a string of at most 500 characters"))
      }
      return .success(text)
    }
    let isMandatory = reader.bool("mandatory") ?? true
    guard let key, let template else { return nil }
    do throws(RuleFault) {
      return ComputedField(
        key: key, template: try LeadTemplate(template), values: values, isMandatory: isMandatory)
    } catch {
      reader.fail("template", error.text)
      return nil
    }
  }
}
