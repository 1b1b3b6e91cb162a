import Contracts

/// How a buyer's answer is read: rules of the buyer, as data. Places are JSON pointers into its body.
struct AnswerRules: Sendable, Equatable {
  /// How a buyer says that it has the lead already.
  struct Duplicate: Sendable, Equatable {
    var place = "/Message"
    /// Upper and lower case are the same.
    var contains = "duplicate"
    /// Whether it may say so with a status of success.
    var isForAnyStatus = false
  }

  /// Where the buyer's own id of the lead stands; nil where it tells none.
  var leadID: String? = "/Records/0/Id"
  var duplicate: Duplicate? = Duplicate()
  /// An empty object here, in a refusal, means that the lead was not valid.
  var invalid: String? = "/Records/0"

  var json: JSON {
    [
      "lead_id": leadID.map { .string($0) } ?? .null, "invalid": invalid.map { .string($0) } ?? .null,
      "duplicate": duplicate.map {
        ["at": .string($0.place), "contains": .string($0.contains), "any_status": .bool($0.isForAnyStatus)]
      } ?? .null,
    ]
  }

  func changed(by reader: inout FieldReader) -> AnswerRules {
    var changed = self
    if reader.isNull("lead_id") { changed.leadID = nil }
    if let place = reader.pointer("lead_id") { changed.leadID = place }
    if reader.isNull("invalid") { changed.invalid = nil }
    if let place = reader.pointer("invalid") { changed.invalid = place }
    if reader.isNull("duplicate") { changed.duplicate = nil }
    let present = duplicate ?? Duplicate()
    if let rule = reader.object("duplicate", { present.changed(by: &$0) }) { changed.duplicate = rule }
    return changed
  }
}

extension AnswerRules.Duplicate {
  fileprivate func changed(by reader: inout FieldReader) -> Self {
    var changed = self
    if let place = reader.pointer("at") { changed.place = place }
    if let text = reader.string("contains", max: 500) { changed.contains = text }
    if let flag = reader.bool("any_status") { changed.isForAnyStatus = flag }
    return changed
  }

  func holds(_ body: JSON?) -> Bool {
    guard let text = body?.at(place)?.plainText else { return false }
    return text.lowercased().contains(contains.lowercased())
  }
}

extension JSON {
  /// The value that a JSON pointer (RFC 6901) leads to.
  func at(_ pointer: String) -> JSON? {
    let tokens = pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    return tokens.reduce(JSON?.some(self)) { value, token in
      switch value {
      case .array(let elements)?: Int(token).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
      case let value?: value[String(token.replacing("~1", with: "/").replacing("~0", with: "~"))]
      case nil: nil
      }
    }
  }
}
