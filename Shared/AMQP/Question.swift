/// Something the broker is asked, which the library waits for: where that happens nothing else can.
struct Question: Sendable {
  /// Asks, on a thread for that alone. What it throws costs the connection.
  let ask: @Sendable (Wire) throws(AMQPError) -> Void
  /// Called on the connection's loop when the connection has its wire back, or with the reason why it has none.
  let done: @Sendable (AMQPError?) -> Void

  init(
    _ ask: @escaping @Sendable (Wire) throws(AMQPError) -> Void,
    done: @escaping @Sendable (AMQPError?) -> Void = { _ in }
  ) {
    self.ask = ask
    self.done = done
  }
}

/// A wire on its way to another thread, which alone uses it until it gives it back.
struct LentWire: @unchecked Sendable {
  let wire: Wire
}
