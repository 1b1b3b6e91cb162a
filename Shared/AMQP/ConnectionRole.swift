internal import EventLoop

/// What a connection is for: a value that knows its channels and what the broker's words mean to it.
/// The connection does the I/O and calls it on its thread.
protocol ConnectionRole: Sendable {
  /// What is to be said to the broker, waiting for its answers. `queues` has the real names of the declared ones.
  typealias Setup = @Sendable (_ wire: Wire, _ queues: [String: String]) throws(AMQPError) -> Void

  /// The channels it works on.
  static var channels: [UInt16] { get }
  /// Opens one of them, new or again after the broker closed it.
  mutating func opening(_ channel: UInt16) -> Setup
  /// Starts its consumer again after the broker cancelled it.
  var resuming: Setup { get }
  /// A delivery, a return or a confirm.
  mutating func receive(_ incoming: Incoming, from connection: Connection<Self>)
  /// Asked right before a message is written.
  mutating func depart(_ entry: Outbox.Entry) -> Departure
  /// Writes settlements that are due; false where the socket has no room for all of them.
  mutating func settle(on wire: Wire) throws(AMQPError) -> Bool
  /// The channel, or (nil) the connection is gone, or did not come about; and everything in flight on it.
  mutating func lost(_ channel: UInt16?, _ error: AMQPError, on loop: EventLoop)
  /// `run()` ends: nothing will ever be answered any more.
  mutating func stop(_ error: AMQPError, on loop: EventLoop)
  /// The queue it consumes from, for events.
  var queue: String { get }
  /// Whether nothing waits for an answer.
  var isIdle: Bool { get }
}

/// Whether a message still goes out, and with which number for a possible return.
enum Departure {
  case skip
  case send(sequence: UInt64?)
}

extension ConnectionRole {
  var queue: String { "" }
  var resuming: Setup { { _, _ in } }
  mutating func settle(on wire: Wire) throws(AMQPError) -> Bool { true }
  mutating func depart(_ entry: Outbox.Entry) -> Departure { .skip }
}
