internal import CRabbitMQ
import Glibc

extension Wire {
  /// The next thing the broker says; nil where the rest has yet to arrive. Never waits. Sends a heartbeat when due.
  func next() throws(AMQPError) -> Incoming? {
    while true {
      var frame = amqp_frame_t()
      var now = timeval()
      let status = amqp_simple_wait_frame_noblock(connection, &frame, &now)
      if status == AMQP_STATUS_TIMEOUT.rawValue { return nil }
      try check(status)
      let incoming = try decode(frame)
      // What was decoded is a copy, so the frame's memory is free again.
      amqp_maybe_release_buffers_on_channel(connection, frame.channel)
      if let incoming { return incoming }
    }
  }

  /// Whether something has been read that `next()` has not answered yet.
  var hasBuffered: Bool { amqp_frames_enqueued(connection) != 0 || amqp_data_in_buffer(connection) != 0 }

  /// Lets the broker forget a channel that it has closed.
  func confirmClose(of channel: UInt16) {
    var method = amqp_channel_close_ok_t()
    _ = amqp_send_method(connection, channel, Method.channelCloseOK, &method)
  }

  private func decode(_ frame: amqp_frame_t) throws(AMQPError) -> Incoming? {
    switch Int32(frame.frame_type) {
    case AMQP_FRAME_METHOD:
      return try decode(frame.payload.method, on: frame.channel)
    case AMQP_FRAME_HEADER:
      let header = frame.payload.properties
      let wire = header.decoded.assumingMemoryBound(to: amqp_basic_properties_t.self).pointee
      let (properties, sequence) = AMQPProperties.decoded(wire)
      return try assembler.header(properties, sequence: sequence, size: header.body_size).map(incoming)
    case AMQP_FRAME_BODY:
      return try assembler.body(UnsafeRawBufferPointer(frame.payload.body_fragment)).map(incoming)
    default:
      return nil
    }
  }

  private func incoming(_ content: ContentAssembler<Incoming.Start>.Content) -> Incoming {
    let message = AMQPMessage(body: content.body, properties: content.properties)
    switch content.start {
    case .delivered(let delivered): return .delivery(delivered, message)
    case .returned(let returned): return .returned(returned, message, sequence: content.sequence)
    }
  }

  private func decode(_ method: amqp_method_t, on channel: UInt16) throws(AMQPError) -> Incoming? {
    func read<T>(_ type: T.Type) -> T { method.decoded.assumingMemoryBound(to: type).pointee }
    switch method.id {
    case Method.basicDeliver:
      let deliver = read(amqp_basic_deliver_t.self)
      try assembler.begin(
        .delivered(
          Incoming.Delivered(
            deliveryTag: deliver.delivery_tag, redelivered: deliver.redelivered != 0,
            exchange: String(deliver.exchange), routingKey: String(deliver.routing_key))))
      return nil
    case Method.basicReturn:
      let returned = read(amqp_basic_return_t.self)
      try assembler.begin(
        .returned(
          Incoming.Returned(
            reason: "\(returned.reply_code) \(String(returned.reply_text))", exchange: String(returned.exchange),
            routingKey: String(returned.routing_key))))
      return nil
    case Method.basicAck:
      let ack = read(amqp_basic_ack_t.self)
      return .confirmed(tag: ack.delivery_tag, multiple: ack.multiple != 0, acked: true)
    case Method.basicNack:
      let nack = read(amqp_basic_nack_t.self)
      return .confirmed(tag: nack.delivery_tag, multiple: nack.multiple != 0, acked: false)
    case Method.basicCancel:
      isConsuming = false
      return .consumerCancelled
    case Method.channelClose:
      assembler.reset()
      confirmClose(of: channel)
      let error = AMQPError(.channelClosed, "the broker closed the channel", cause: method.closeReason)
      return .channelClosed(channel, error)
    case Method.connectionClose:
      var answer = amqp_connection_close_ok_t()
      let error = AMQPError(.disconnected, "the broker closed the connection", cause: method.closeReason)
      _ = amqp_send_method(connection, 0, Method.connectionCloseOK, &answer)
      return .connectionClosed(error)
    case Method.connectionBlocked:
      return .blocked(String(read(amqp_connection_blocked_t.self).reason))
    case Method.connectionUnblocked:
      return .unblocked
    default:
      return nil
    }
  }
}
