internal import EventLoop

/// Consuming from one queue on channel 1.
struct ConsumeRole: ConnectionRole {
  static let channel: UInt16 = 1
  static let channels: [UInt16] = [channel]
  private static let tag = "mailout"

  let queue: String
  let prefetch: Int
  let deliveries = DeliveryQueue()
  let settlements = Settlements()
  /// Counts the openings of the channel: a delivery can be settled only on the opening that brought it.
  private var epoch: UInt64 = 0
  private var batch = AckBatch()
  private var unsent: ArraySlice<AckBatch.Frame> = []
  private let isPaused = SharedFlag()

  init(queue: String, prefetch: Int) {
    self.queue = queue
    self.prefetch = prefetch
  }

  var isIdle: Bool { true }

  mutating func opening(_ channel: UInt16) -> Setup {
    epoch += 1
    batch = AckBatch()
    unsent = []
    return { [prefetch, resuming] wire, queues throws(AMQPError) in
      try wire.openChannel(channel)
      try wire.limit(channel, prefetch: prefetch)
      try resuming(wire, queues)
    }
  }

  /// Starts the consumer, unless it is there, or is not wanted at that moment.
  var resuming: Setup {
    { [queue, isPaused] wire, queues throws(AMQPError) in
      guard !isPaused.value, !wire.isConsuming else { return }
      try wire.consume(queues[queue] ?? queue, tag: Self.tag, noAck: false, on: Self.channel)
    }
  }

  /// Cancels the consumer, unless it is not there, or is wanted again.
  var pausing: @Sendable (Wire) throws(AMQPError) -> Void {
    { [isPaused] wire throws(AMQPError) in
      if isPaused.value, wire.isConsuming { try wire.cancel(tag: Self.tag, on: Self.channel) }
    }
  }

  /// Whether that is news.
  func setPaused(_ paused: Bool) -> Bool { isPaused.exchange(paused) != paused }

  mutating func receive(_ incoming: Incoming, from connection: Connection<ConsumeRole>) {
    guard case .delivery(let delivered, let message) = incoming else { return }
    batch.delivered(delivered.deliveryTag)
    deliveries.push(delivery(delivered, message, connection))
  }

  private func delivery(
    _ delivered: Incoming.Delivered, _ message: AMQPMessage, _ connection: Connection<ConsumeRole>
  ) -> AMQPDelivery {
    var count = delivered.redelivered ? 1 : 0
    if case .int(let number) = message.properties.headers["x-delivery-count"] { count = Int(clamping: number) }
    let (settlements, epoch, tag) = (settlements, epoch, delivered.deliveryTag)
    return AMQPDelivery(
      message: message, exchange: delivered.exchange, routingKey: delivered.routingKey,
      redelivered: delivered.redelivered, deliveryCount: count
    ) { settlement in
      // The first of a batch brings all of it to the connection's thread.
      if settlements.add(Settlements.Item(epoch: epoch, tag: tag, settlement: settlement)) {
        connection.loop.execute { connection.assumeIsolated { $0.flushSettlements() } }
      }
    }
  }

  mutating func settle(on wire: Wire) throws(AMQPError) -> Bool {
    for item in settlements.takeAll() where item.epoch == epoch { batch.settle(item.tag, item.settlement) }
    while true {
      if unsent.isEmpty { unsent = batch.flush()[...] }
      guard let frame = unsent.first else { return true }
      guard wire.hasRoom() else { return false }
      try wire.send(frame, on: Self.channel)
      unsent.removeFirst()
    }
  }

  mutating func lost(_ channel: UInt16?, _ error: AMQPError, on loop: EventLoop) {
    // Later settlements of what it brought belong to no opening.
    epoch += 1
    deliveries.removeAll()
    _ = settlements.takeAll()
  }

  mutating func stop(_ error: AMQPError, on loop: EventLoop) { deliveries.finish() }
}
