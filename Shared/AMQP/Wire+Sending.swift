internal import CRabbitMQ

/// Calls that write and do not wait for an answer. They would block on a full socket: ask `hasRoom()` first.
extension Wire {
  /// Whether a frame can be written without blocking. Asks the socket once for every `stride` bytes.
  func hasRoom() -> Bool {
    if credit <= 0, mailout_socket_has_room(descriptor) != 0 { credit = Wire.stride }
    return credit > 0
  }

  /// Holds small frames back until `uncork`, so that they leave together.
  func cork() { mailout_socket_cork(descriptor, 1) }

  func uncork() { mailout_socket_cork(descriptor, 0) }

  /// Writes a publish up to its body. `sequence` is its number for a possible return.
  func sendHead(of entry: Outbox.Entry, sequence: UInt64?) throws(AMQPError) {
    arena.reset()
    var method = amqp_basic_publish_t()
    method.exchange = arena.text(entry.exchange)
    method.routing_key = arena.text(entry.routingKey)
    method.mandatory = entry.mandatory ? 1 : 0
    try check(amqp_send_method(connection, entry.channel, Method.basicPublish, &method))
    let properties = entry.message.properties
    var wire = properties.encoded(in: arena, sequence: sequence)
    let size = UInt64(entry.message.body.count)
    try check(mailout_amqp_send_header(connection, entry.channel, size, &wire))
    credit -= 512 + (properties.headers.isEmpty ? 0 : AMQPHeader.encodedSize(of: properties.headers))
  }

  /// Writes the next frame of a body and answers its size.
  func sendBody(of entry: Outbox.Entry, from offset: Int) throws(AMQPError) -> Int {
    let body = entry.message.body
    let count = min(Wire.stride, body.count - offset)
    let status = body.withUnsafeBytes { bytes in
      mailout_amqp_send_body(connection, entry.channel, bytes.baseAddress.map { $0 + offset }, count)
    }
    try check(status)
    credit -= count
    return count
  }

  func send(_ frame: AckBatch.Frame, on channel: UInt16) throws(AMQPError) {
    credit -= 32
    switch frame {
    case .ack(let tag, let multiple):
      try check(amqp_basic_ack(connection, channel, tag, multiple ? 1 : 0))
    case .nack(let tag, let requeue):
      try check(amqp_basic_nack(connection, channel, tag, 0, requeue ? 1 : 0))
    }
  }
}
