internal import CRabbitMQ

/// The methods of the protocol that this driver reads or writes itself: class and number.
enum Method {
  static let connectionClose: UInt32 = 0x000A_0032
  static let connectionCloseOK: UInt32 = 0x000A_0033
  static let connectionBlocked: UInt32 = 0x000A_003C
  static let connectionUnblocked: UInt32 = 0x000A_003D
  static let channelClose: UInt32 = 0x0014_0028
  static let channelCloseOK: UInt32 = 0x0014_0029
  static let basicCancel: UInt32 = 0x003C_001E
  static let basicPublish: UInt32 = 0x003C_0028
  static let basicReturn: UInt32 = 0x003C_0032
  static let basicDeliver: UInt32 = 0x003C_003C
  static let basicGetEmpty: UInt32 = 0x003C_0048
  static let basicAck: UInt32 = 0x003C_0050
  static let basicNack: UInt32 = 0x003C_0078
}

extension amqp_method_t {
  /// The broker's code and text, of a method that closes a channel or the connection.
  var closeReason: String {
    if id == Method.connectionClose {
      let close = decoded.assumingMemoryBound(to: amqp_connection_close_t.self).pointee
      return "\(close.reply_code) \(String(close.reply_text))"
    }
    let close = decoded.assumingMemoryBound(to: amqp_channel_close_t.self).pointee
    return "\(close.reply_code) \(String(close.reply_text))"
  }
}
