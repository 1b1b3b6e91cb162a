public import FoundationEssentials

/// The properties of a message; each text is at most 255 bytes of UTF-8.
public struct AMQPProperties: Sendable, Equatable {
  public var contentType: String?
  public var contentEncoding: String?
  public var type: String?
  public var messageID: String?
  public var correlationID: String?
  public var replyTo: String?
  /// Checked by the broker: it must be the connection's user.
  public var userID: String?
  public var appID: String?
  /// How long the message may wait in a queue; sent in whole milliseconds.
  public var expiration: Duration?
  public var priority: UInt8?
  /// Whether a durable queue writes the message to disk.
  public var persistent: Bool
  /// Whole seconds.
  public var timestamp: Date?
  public var headers: [String: AMQPHeader]

  public init(
    contentType: String? = nil, contentEncoding: String? = nil, type: String? = nil, messageID: String? = nil,
    correlationID: String? = nil, replyTo: String? = nil, userID: String? = nil, appID: String? = nil,
    expiration: Duration? = nil, priority: UInt8? = nil, persistent: Bool = true, timestamp: Date? = nil,
    headers: [String: AMQPHeader] = [:]
  ) {
    self.contentType = contentType
    self.contentEncoding = contentEncoding
    self.type = type
    self.messageID = messageID
    self.correlationID = correlationID
    self.replyTo = replyTo
    self.userID = userID
    self.appID = appID
    self.expiration = expiration
    self.priority = priority
    self.persistent = persistent
    self.timestamp = timestamp
    self.headers = headers
  }
}

extension AMQPProperties {
  /// Headers larger than this would not fit a frame together with the rest.
  static let headerLimit = 65_536

  /// The name of the property that breaks a limit of the protocol, if one does.
  var faulty: String? {
    let texts = [
      ("contentType", contentType), ("contentEncoding", contentEncoding), ("type", type), ("messageID", messageID),
      ("correlationID", correlationID), ("replyTo", replyTo), ("userID", userID), ("appID", appID),
    ]
    for (name, text) in texts where (text?.utf8.count ?? 0) > 255 { return name }
    if headers.isEmpty { return nil }
    let fits = AMQPHeader.hasShortNames(headers) && AMQPHeader.encodedSize(of: headers) <= AMQPProperties.headerLimit
    return fits ? nil : "headers"
  }
}
