internal import CRabbitMQ

/// Calls that block until the broker has answered: for `Connection.aside` alone.
extension Wire {
  /// The channel on which topology is declared: what the broker refuses there disturbs no other.
  private static let declaring: UInt16 = 9

  func openChannel(_ channel: UInt16) throws(AMQPError) {
    amqp_channel_open(connection, channel)
    if channel != Wire.declaring { isConsuming = false }
    try check(.channelClosed, "cannot open a channel", channel)
  }

  func selectConfirms(_ channel: UInt16) throws(AMQPError) {
    amqp_confirm_select(connection, channel)
    try check(.channelClosed, "cannot select confirms", channel)
  }

  func limit(_ channel: UInt16, prefetch: Int) throws(AMQPError) {
    amqp_basic_qos(connection, channel, 0, UInt16(clamping: prefetch), 0)
    try check(.channelClosed, "cannot set the prefetch", channel)
  }

  func consume(_ queue: String, tag: String, noAck: Bool, on channel: UInt16) throws(AMQPError) {
    arena.reset()
    amqp_basic_consume(
      connection, channel, arena.text(queue), arena.text(tag), 0, noAck ? 1 : 0, 0, amqp_table_t())
    try check(.channelClosed, "cannot consume from \(queue)", channel)
    isConsuming = true
  }

  func cancel(tag: String, on channel: UInt16) throws(AMQPError) {
    arena.reset()
    isConsuming = false
    amqp_basic_cancel(connection, channel, arena.text(tag))
    try check(.channelClosed, "cannot cancel the consumer", channel)
  }

  /// Declares everything and answers the real names of the queues: the broker's choice for the one named "".
  func declare(_ topology: AMQPTopology) throws(AMQPError) -> [String: String] {
    if topology == AMQPTopology() { return [:] }
    let channel = Wire.declaring
    try openChannel(channel)
    for exchange in topology.exchanges {
      arena.reset()
      amqp_exchange_declare(
        connection, channel, arena.text(exchange.name), arena.text(exchange.kind.rawValue), 0,
        exchange.durable ? 1 : 0, 0, 0, amqp_table_t())
      try check(.topology, "cannot declare the exchange \(exchange.name)", channel)
    }
    var names: [String: String] = [:]
    for queue in topology.queues {
      arena.reset()
      let declared = amqp_queue_declare(
        connection, channel, arena.text(queue.name), 0, queue.durable ? 1 : 0, queue.exclusive ? 1 : 0,
        queue.autoDelete ? 1 : 0, arena.table(queue.arguments))
      try check(.topology, "cannot declare the queue \(queue.name)", channel)
      names[queue.name] = declared.map { String($0.pointee.queue) }
    }
    for binding in topology.bindings {
      arena.reset()
      let queue = names[binding.queue] ?? binding.queue
      amqp_queue_bind(
        connection, channel, arena.text(queue), arena.text(binding.exchange), arena.text(binding.routingKey),
        amqp_table_t())
      try check(.topology, "cannot bind the queue \(queue) to \(binding.exchange)", channel)
    }
    let reply = amqp_channel_close(connection, channel, 200)
    try check(reply, .topology, "cannot close a channel")
    return names
  }

  /// nil where there is no such queue.
  func state(of queue: String) throws(AMQPError) -> AMQPQueueState? {
    let channel = Wire.declaring
    try openChannel(channel)
    arena.reset()
    let declared = amqp_queue_declare(connection, channel, arena.text(queue), 1, 0, 0, 0, amqp_table_t())
    let state = declared.map {
      AMQPQueueState(messages: Int($0.pointee.message_count), consumers: Int($0.pointee.consumer_count))
    }
    do throws(AMQPError) {
      try check(.topology, "cannot look at the queue \(queue)", channel)
    } catch {
      // The broker has closed the channel with it.
      if error.code == .topology, error.cause?.hasPrefix("404") == true { return nil }
      throw error
    }
    try check(amqp_channel_close(connection, channel, 200), .topology, "cannot close a channel")
    return state
  }

  /// Whether a queue hands out nothing. Asks for a message, which goes back with the channel: the count that `state` is
  /// told is 0 too where a quorum queue does not answer the broker within a quarter of a second.
  func isEmpty(_ queue: String) throws(AMQPError) -> Bool {
    let channel = Wire.declaring
    try openChannel(channel)
    defer { amqp_maybe_release_buffers_on_channel(connection, channel) }
    arena.reset()
    let isEmpty = amqp_basic_get(connection, channel, arena.text(queue), 0).reply.id == Method.basicGetEmpty
    try check(.topology, "cannot ask the queue \(queue) for a message", channel)
    if !isEmpty {
      var message = amqp_message_t()
      try check(amqp_read_message(connection, channel, &message, 0), .topology, "cannot read a message of \(queue)")
      amqp_destroy_message(&message)
    }
    try check(amqp_channel_close(connection, channel, 200), .topology, "cannot close a channel")
    return isEmpty
  }

  func delete(queue: String) throws(AMQPError) {
    let channel = Wire.declaring
    try openChannel(channel)
    arena.reset()
    amqp_queue_delete(connection, channel, arena.text(queue), 0, 0)
    try check(.topology, "cannot delete the queue \(queue)", channel)
    try check(amqp_channel_close(connection, channel, 200), .topology, "cannot close a channel")
  }

  private func check(_ code: AMQPError.Code, _ message: String, _ channel: UInt16) throws(AMQPError) {
    let reply = amqp_get_rpc_reply(connection)
    defer { amqp_maybe_release_buffers_on_channel(connection, channel) }
    if reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION, reply.reply.id == Method.channelClose {
      confirmClose(of: channel)
    }
    try check(reply, code, message)
  }
}
