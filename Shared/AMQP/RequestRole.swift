internal import EventLoop

/// Request and reply over the broker's direct reply-to, which works on the channel that consumes the replies only.
struct RequestRole: CallingRole {
  static let channels: [UInt16] = [callChannel]
  private static let replies = "amq.rabbitmq.reply-to"

  var calls = Calls<AMQPMessage>()

  mutating func opening(_ channel: UInt16) -> Setup {
    { wire, _ throws(AMQPError) in
      try wire.openChannel(channel)
      try wire.consume(Self.replies, tag: "replies", noAck: true, on: channel)
    }
  }

  func prepare(_ message: AMQPMessage, id: UInt64, timeout: Duration) -> AMQPMessage {
    var message = message
    message.properties.replyTo = Self.replies
    message.properties.correlationID = String(id)
    message.properties.expiration = timeout
    return message
  }

  mutating func depart(_ entry: Outbox.Entry) -> Departure {
    calls.markSent(entry.id) ? .send(sequence: nil) : .skip
  }

  mutating func receive(_ incoming: Incoming, from connection: Connection<RequestRole>) {
    switch incoming {
    case .delivery(_, let message):
      // A late reply's call has ended: it finds nobody.
      guard let id = message.properties.correlationID.flatMap({ UInt64($0) }) else { return }
      calls.finish(id, .success(message), on: connection.loop)
    case .returned(let returned, let message, _):
      guard let id = message.properties.correlationID.flatMap({ UInt64($0) }) else { return }
      calls.finish(id, .failure(AMQPError(returned)), on: connection.loop)
    default:
      return
    }
  }

  mutating func lost(_ channel: UInt16?, _ error: AMQPError, on loop: EventLoop) {
    calls.failSent(error, on: loop)
  }

  mutating func stop(_ error: AMQPError, on loop: EventLoop) { calls.failAll(error, on: loop) }
}
