import Contracts

extension TranslationRules {
  /// What the buyer is told of a lead.
  /// - Throws: `LeadFault` with every key at fault of the first kind that is met: missing, not allowed, not computed.
  func translate(_ lead: Lead) throws(LeadFault) -> [String: JSON] {
    var told = Dictionary(lead.mapped.map { ($0.key, $0.value) }) { first, _ in first }
    var unknown: [String] = []
    for (key, template) in constants {
      if let text = template.filled(lead, mapped: told) { told[key] = .string(text) } else { unknown.append(key) }
    }
    let worked = Set(computed.map(\.key)).union(unknown)
    let missing = Set(mandatory).subtracting(told.keys).subtracting(worked)
    guard missing.isEmpty else {
      throw LeadFault(
        "Missing mandatory field", "Missing mandatory fields in customer field mapping: \(Self.set(missing))")
    }
    try checkValues(of: told)
    for field in computed {
      if let text = field.value(lead, mapped: told) {
        told[field.key] = .string(text)
      } else if field.isMandatory {
        unknown.append(field.key)
      }
    }
    guard unknown.isEmpty else {
      throw LeadFault(
        "Mandatory field not computed", "Mandatory fields could not be computed: \(Self.set(Set(unknown)))")
    }
    try checkValues(of: told)
    return told
  }

  private func checkValues(of told: [String: JSON]) throws(LeadFault) {
    let wrong = allowed.keys.sorted().filter { key in
      told[key].map { value in allowed[key]?.contains(value.plainText ?? "") != true } ?? false
    }
    guard !wrong.isEmpty else { return }
    let faults = wrong.map { key in
      let values = (allowed[key] ?? []).prefix(20).map { "'\($0)'" }.joined(separator: ", ")
      return "\(key) must be one of \(values), not '\((told[key]?.plainText ?? "").prefix(100))'"
    }
    throw LeadFault("Invalid value", faults.joined(separator: "; "))
  }

  /// As other programs know it: `{'A', 'B'}`.
  private static func set(_ keys: Set<String>) -> String {
    "{\(keys.sorted().map { "'\($0)'" }.joined(separator: ", "))}"
  }
}
