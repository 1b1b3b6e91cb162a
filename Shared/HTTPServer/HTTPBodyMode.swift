/// How a route takes its request's body.
public enum HTTPBodyMode: Sendable, Equatable {
  /// Read whole before the handler runs; nil for the server's `maxBodyBytes`.
  case buffered(upTo: Int?)
  /// The handler runs at once and reads the body as it comes. Where the handler answers without
  /// reading, a client that waits for `100 Continue` never sends it.
  case streamed(upTo: Int)

  var isStreamed: Bool {
    if case .streamed = self { true } else { false }
  }
}
