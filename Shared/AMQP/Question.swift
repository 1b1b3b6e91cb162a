/// Something the broker is asked, which the library waits for: where that happens nothing else can.
struct Question: Sendable {
  /// Asks, on a thread for that alone. What it throws costs the connection.
  let body: @Sendable (Wire) throws(AMQPError) -> Void
  /// Called on the connection's loop once it is answered and what came in meanwhile is handled, or with the reason why it
  /// was not.
  let done: @Sendable (AMQPError?) -> Void

  init(
    _ body: @escaping @Sendable (Wire) throws(AMQPError) -> Void,
    done: @escaping @Sendable (AMQPError?) -> Void = { _ in }
  ) {
    self.body = body
    self.done = done
  }
}

/// A wire on its way to another thread, which alone uses it until it gives it back.
struct LentWire: @unchecked Sendable {
  let wire: Wire
}
