import Contracts

/// A text with places for what the lead says: "{lead_id}", "{fields.ville}", "{mapped.Nom_Titulaire}".
struct LeadTemplate: Sendable, Equatable {
  private enum Part: Sendable, Equatable {
    case text(String)
    case place(root: String, member: String?)
  }

  /// The members of a lead that are single values.
  private static let values: Set<String> = [
    "lead_id", "form_id", "form_name", "customer_id", "universe_id", "blueprint_id", "status", "source", "subsource",
    "timestamp",
  ]
  /// Those that have members; "mapped" is what the buyer is told.
  private static let objects: Set<String> = ["fields", "provider", "customer_mapping", "phone_details", "mapped"]

  /// As it was written.
  let text: String
  private var parts: [Part] = []

  /// - Throws: `RuleFault` for a brace that is not closed or a place that no lead has.
  init(_ text: String) throws(RuleFault) {
    self.text = text
    var rest = text[...]
    while let open = rest.firstIndex(of: "{") {
      if open > rest.startIndex { parts.append(.text(String(rest[..<open]))) }
      guard let close = rest[open...].firstIndex(of: "}") else { throw RuleFault("has a { that no } closes") }
      parts.append(try Self.place(rest[rest.index(after: open)..<close]))
      rest = rest[rest.index(after: close)...]
    }
    if !rest.isEmpty { parts.append(.text(String(rest))) }
  }

  /// The text for one lead; nil where one of the places has no value.
  /// - Parameter mapped: what the buyer is told so far.
  func filled(_ lead: Lead, mapped: [String: JSON]) -> String? {
    var filled = ""
    for part in parts {
      switch part {
      case .text(let text): filled += text
      case .place(let root, let member):
        guard let text = Self.value(root, member, lead, mapped)?.plainText, !text.isEmpty else { return nil }
        filled += text
      }
    }
    return filled
  }

  private static func place(_ name: Substring) throws(RuleFault) -> Part {
    let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
    if parts.count == 1, values.contains(parts[0]) { return .place(root: parts[0], member: nil) }
    if parts.count == 2, objects.contains(parts[0]) { return .place(root: parts[0], member: parts[1]) }
    let places = values.sorted() + objects.sorted().map { "\($0).…" }
    throw RuleFault("has the unknown place {\(name.prefix(100))}; known are: \(places.joined(separator: ", "))")
  }

  private static func value(_ root: String, _ member: String?, _ lead: Lead, _ mapped: [String: JSON]) -> JSON? {
    guard let member else { return lead.json[root] }
    return root == "mapped" ? mapped[member] : lead.json[root]?[member]
  }
}

extension JSON {
  /// A single value as text; nil for null, arrays and objects.
  var plainText: String? {
    switch self {
    case .string(let text): text
    case .integer, .number, .bool: String(decoding: bytes, as: UTF8.self)
    case .null, .array, .object: nil
    }
  }
}
