import AMQP
import Contracts
import FoundationEssentials

/// What a dead letter carried beside its body, kept so that it can be sent again as it came.
struct LetterProperties: Sendable, Equatable {
  /// What the broker and we add on the way, and what would make the broker send copies elsewhere.
  private static let droppedPrefixes = [
    "x-death", "x-first-death", "x-last-death", "x-mailout-", "x-delivery", "x-publish",
  ]
  private static let droppedNames: Set<String> = ["cc", "bcc", "x-acquired-count"]
  /// What the protocol's short texts have at most, in bytes.
  private static let nameLength = 255

  private(set) var properties: AMQPProperties
  /// The broker's user that published it first, as the broker vouched for; nil where it was none.
  private(set) var user: String?

  init(_ properties: AMQPProperties) {
    var kept = properties
    // Nobody waits for its answer any more, and it must not expire on its way.
    kept.replyTo = nil
    kept.expiration = nil
    kept.userID = nil
    kept.persistent = true
    let texts: [WritableKeyPath<AMQPProperties, String?>] = [
      \.contentType, \.contentEncoding, \.type, \.messageID, \.correlationID, \.appID,
    ]
    for text in texts { kept[keyPath: text] = kept[keyPath: text]?.storable(Self.nameLength) }
    kept.headers = Self.kept(properties.headers)
    self.properties = kept
    var sender = properties.userID
    if case .string(let name)? = properties.headers[DeadLetterHeader.user], !Self.isBrokers(properties.headers) {
      sender = name
    }
    // A name that could not be stored as it is was nobody's, and must not become somebody's.
    user = sender.flatMap { $0.storable(Self.nameLength) == $0 ? $0 : nil }
  }

  /// The headers that are kept. What they are, their names say as they are stored: that is how they would go back.
  private static func kept(_ headers: [String: AMQPHeader]) -> [String: AMQPHeader] {
    let named = headers.sorted { $0.key < $1.key }.map { ($0.key.storable(Self.nameLength), $0.value) }
    let unique = Dictionary(named) { first, _ in first }
    return unique.filter { Self.isKept($0.key) && Self.json($0.value) != nil }
  }

  /// Whether the broker itself gave it up. Then our own headers are not ours: whoever sent it may have put them there.
  static func isBrokers(_ headers: [String: AMQPHeader]) -> Bool { headers[DeadLetterHeader.firstQueue] != nil }

  private static func isKept(_ name: String) -> Bool {
    let name = name.lowercased()
    return !droppedNames.contains(name) && !droppedPrefixes.contains { name.hasPrefix($0) }
  }

  var json: JSON {
    var members: [String: JSON] = [:]
    let texts = [
      "content_type": properties.contentType, "content_encoding": properties.contentEncoding, "type": properties.type,
      "message_id": properties.messageID, "correlation_id": properties.correlationID, "app_id": properties.appID,
      "user": user,
    ]
    for (name, text) in texts { members[name] = text.map { .string($0) } }
    members["priority"] = properties.priority.map { .integer(Int64($0)) }
    members["timestamp"] = properties.timestamp.map { .string(Timestamp.format($0)) }
    members["headers"] = .object(properties.headers.compactMapValues(Self.json))
    return .object(members)
  }

  /// From what `json` gave; what is not there stays unset, as in letters stored before properties were.
  init(json: JSON) {
    func text(_ name: String) -> String? {
      guard case .string(let value)? = json[name] else { return nil }
      return value
    }
    properties = AMQPProperties(
      contentType: text("content_type"), contentEncoding: text("content_encoding"), type: text("type"),
      messageID: text("message_id"), correlationID: text("correlation_id"), appID: text("app_id"), persistent: true,
      timestamp: text("timestamp").flatMap { try? Timestamp.parse($0) })
    if case .integer(let priority)? = json["priority"] { properties.priority = UInt8(exactly: priority) }
    if case .object(let headers)? = json["headers"] { properties.headers = headers.compactMapValues(Self.header) }
    user = text("user")
  }

  private static func json(_ header: AMQPHeader) -> JSON? {
    switch header {
    // Postgres has no NUL in JSON either.
    case .string(let value): .string(value.storable(value.count))
    case .int(let value): .integer(value)
    case .bool(let value): .bool(value)
    case .double(let value): value.isFinite ? .number(value) : nil
    case .null: .null
    case .bytes, .timestamp, .array, .table: nil
    }
  }

  private static func header(_ json: JSON) -> AMQPHeader? {
    switch json {
    case .string(let value): .string(value)
    case .integer(let value): .int(value)
    case .bool(let value): .bool(value)
    case .number(let value): .double(value)
    case .null: .null
    case .array, .object: nil
    }
  }
}
