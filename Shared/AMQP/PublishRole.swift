internal import EventLoop

/// Publishing: calls with confirms on channel 1, messages nobody waits for on channel 2.
struct PublishRole: CallingRole {
  static let channels: [UInt16] = [callChannel, plainChannel]
  static let plainChannel: UInt16 = 2

  var calls = Calls<Void>()
  /// The broker's delivery tags and the calls they stand for.
  private var tags = TagWindow<UInt64>()

  mutating func opening(_ channel: UInt16) -> Setup {
    guard channel == Self.callChannel else { return { wire, _ throws(AMQPError) in try wire.openChannel(channel) } }
    tags = TagWindow()
    return { wire, _ throws(AMQPError) in
      try wire.openChannel(channel)
      try wire.selectConfirms(channel)
    }
  }

  mutating func depart(_ entry: Outbox.Entry) -> Departure {
    guard entry.channel == Self.callChannel else { return .send(sequence: nil) }
    guard calls.markSent(entry.id) else { return .skip }
    let tag = tags.append(entry.id)
    return .send(sequence: entry.mandatory ? tag : nil)
  }

  mutating func receive(_ incoming: Incoming, from connection: Connection<PublishRole>) {
    switch incoming {
    case .confirmed(let tag, let multiple, let acked):
      let outcome: Result<Void, AMQPError> =
        acked ? .success(()) : .failure(AMQPError(.nacked, "the broker refused the message"))
      let ids = multiple ? tags.take(through: tag) : tags.take(tag).map { [$0] } ?? []
      for id in ids { calls.finish(id, outcome, on: connection.loop) }
    case .returned(let returned, _, let sequence):
      // The confirm that follows finds the call answered.
      guard let id = sequence.flatMap({ tags[$0] }) else { return }
      calls.finish(id, .failure(AMQPError(returned)), on: connection.loop)
    default:
      return
    }
  }

  mutating func lost(_ channel: UInt16?, _ error: AMQPError, on loop: EventLoop) {
    guard channel == nil || channel == Self.callChannel else { return }
    calls.failSent(error, on: loop)
  }

  mutating func stop(_ error: AMQPError, on loop: EventLoop) { calls.failAll(error, on: loop) }
}

extension AMQPError {
  /// A mandatory message that no queue took.
  init(_ returned: Incoming.Returned) {
    self.init(
      .returned, "no queue took the message to \(returned.exchange) with the key \(returned.routingKey)",
      cause: returned.reason)
  }
}
