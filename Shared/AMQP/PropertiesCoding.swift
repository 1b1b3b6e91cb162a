internal import CRabbitMQ
import FoundationEssentials

/// The bits that say which properties a message has (the header's macros are out of Swift's reach).
private enum Flag {
  static let contentType: UInt32 = 1 << 15
  static let contentEncoding: UInt32 = 1 << 14
  static let headers: UInt32 = 1 << 13
  static let deliveryMode: UInt32 = 1 << 12
  static let priority: UInt32 = 1 << 11
  static let correlationID: UInt32 = 1 << 10
  static let replyTo: UInt32 = 1 << 9
  static let expiration: UInt32 = 1 << 8
  static let messageID: UInt32 = 1 << 7
  static let timestamp: UInt32 = 1 << 6
  static let type: UInt32 = 1 << 5
  static let userID: UInt32 = 1 << 4
  static let appID: UInt32 = 1 << 3
}

extension AMQPProperties {
  /// The header by which a returned message is matched to its publish; never shown to a consumer.
  static let sequenceHeader = "x-publish-sequence"

  /// The properties in the library's form; valid as long as the arena's memory.
  func encoded(in arena: Arena, sequence: UInt64?) -> amqp_basic_properties_t {
    var wire = amqp_basic_properties_t()
    func set(_ text: String?, _ field: WritableKeyPath<amqp_basic_properties_t, amqp_bytes_t>, _ flag: UInt32) {
      guard let text else { return }
      wire[keyPath: field] = arena.text(text)
      wire._flags |= flag
    }
    set(contentType, \.content_type, Flag.contentType)
    set(contentEncoding, \.content_encoding, Flag.contentEncoding)
    set(correlationID, \.correlation_id, Flag.correlationID)
    set(replyTo, \.reply_to, Flag.replyTo)
    set(expiration.map { String(max(0, $0.wholeMilliseconds)) }, \.expiration, Flag.expiration)
    set(messageID, \.message_id, Flag.messageID)
    set(type, \.type, Flag.type)
    set(userID, \.user_id, Flag.userID)
    set(appID, \.app_id, Flag.appID)
    wire.delivery_mode = persistent ? 2 : 1
    wire._flags |= Flag.deliveryMode
    if let priority {
      wire.priority = priority
      wire._flags |= Flag.priority
    }
    if let timestamp {
      wire.timestamp = timestamp.wireSeconds
      wire._flags |= Flag.timestamp
    }
    var headers = headers
    headers[AMQPProperties.sequenceHeader] = sequence.map { .int(Int64($0)) }
    if !headers.isEmpty {
      wire.headers = arena.table(headers)
      wire._flags |= Flag.headers
    }
    return wire
  }

  /// The properties of a received message, and the sequence number taken out of its headers.
  static func decoded(_ wire: amqp_basic_properties_t) -> (properties: AMQPProperties, sequence: UInt64?) {
    func text(_ bytes: amqp_bytes_t, _ flag: UInt32) -> String? { wire._flags & flag == 0 ? nil : String(bytes) }
    var headers = wire._flags & Flag.headers == 0 ? [:] : [String: AMQPHeader](wire.headers)
    var sequence: UInt64?
    if case .int(let number) = headers.removeValue(forKey: sequenceHeader) { sequence = UInt64(exactly: number) }
    let properties = AMQPProperties(
      contentType: text(wire.content_type, Flag.contentType),
      contentEncoding: text(wire.content_encoding, Flag.contentEncoding),
      type: text(wire.type, Flag.type),
      messageID: text(wire.message_id, Flag.messageID),
      correlationID: text(wire.correlation_id, Flag.correlationID),
      replyTo: text(wire.reply_to, Flag.replyTo),
      userID: text(wire.user_id, Flag.userID),
      appID: text(wire.app_id, Flag.appID),
      expiration: text(wire.expiration, Flag.expiration).flatMap { Int64($0) }.map { .milliseconds($0) },
      priority: wire._flags & Flag.priority == 0 ? nil : wire.priority,
      persistent: wire._flags & Flag.deliveryMode != 0 && wire.delivery_mode == 2,
      timestamp: wire._flags & Flag.timestamp == 0 ? nil : Date(wireSeconds: wire.timestamp),
      headers: headers)
    return (properties, sequence)
  }
}

extension Duration {
  /// Rounded up.
  var wholeMilliseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
  }
}
