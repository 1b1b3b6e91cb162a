/// A body with its properties.
public struct AMQPMessage: Sendable, Equatable {
  public var body: [UInt8]
  public var properties: AMQPProperties

  public init(body: [UInt8], properties: AMQPProperties = AMQPProperties()) {
    self.body = body
    self.properties = properties
  }

  /// Throws `.invalidMessage` where the protocol could not carry it.
  func validate(exchange: String, routingKey: String) throws(AMQPError) {
    if exchange.utf8.count > 255 { throw AMQPError(.invalidMessage, "the exchange's name is over 255 bytes") }
    if routingKey.utf8.count > 255 { throw AMQPError(.invalidMessage, "the routing key is over 255 bytes") }
    if let name = properties.faulty { throw AMQPError(.invalidMessage, "the property \(name) is too large") }
  }
}
