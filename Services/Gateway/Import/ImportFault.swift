/// What is wrong with one line of an import.
struct ImportFault: Codable, Sendable, Equatable {
  /// From 1, the header included; in a JSON array the number of the element.
  var line: Int
  /// The field at fault; nil where it is the line as a whole.
  var field: String?
  var detail: String

  enum CodingKeys: CodingKey { case line, field, detail }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(line, forKey: .line)
    // Null, not left out: every error has the same members.
    try container.encode(field, forKey: .field)
    try container.encode(detail, forKey: .detail)
  }
}
