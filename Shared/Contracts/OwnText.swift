/// The text of a message that has one of its own, told with the news that it waits.
public struct OwnText: Codable, Sendable, Equatable {
  /// As it was ordered: placeholders are not filled.
  public var text: String
  /// The message's own end; microseconds since 1970.
  public var endAt: Int64
  /// Raised by every change; the greatest stands.
  public var revision: Int64
  /// Who ordered it, or changed it.
  public var by: String

  enum CodingKeys: String, CodingKey {
    case text, revision, by
    case endAt = "end_at"
  }

  public init(text: String, endAt: Int64, revision: Int64, by: String) {
    self.text = text
    self.endAt = endAt
    self.revision = revision
    self.by = by
  }

  static func read(_ reader: inout JSONReader) throws(JSONReader.Fault) -> OwnText {
    var (text, by): (String?, String?)
    var (endAt, revision): (Int64?, Int64?)
    try reader.object { key, reader throws(JSONReader.Fault) in
      switch key {
      case "text": text = try reader.string()
      case "end_at": endAt = try reader.integer()
      case "revision": revision = try reader.integer()
      case "by": by = try reader.string()
      default: try reader.skip()
      }
    }
    return OwnText(
      text: try required(text, "text"), endAt: try required(endAt, "end_at"),
      revision: try required(revision, "revision"), by: try required(by, "by"))
  }

  func append(to bytes: inout [UInt8]) {
    bytes.append(json: #"{"text":"#)
    bytes.append(string: text)
    bytes.append(member: "end_at", number: endAt)
    bytes.append(member: "revision", number: revision)
    bytes.append(member: "by", by)
    bytes.append(UInt8(ascii: "}"))
  }
}
