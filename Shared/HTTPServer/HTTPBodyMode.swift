/// How a route takes its request's body.
public enum HTTPBodyMode: Sendable, Equatable {
  /// Read whole before the handler runs; nil for the server's `maxBodyBytes`.
  case buffered(upTo: Int?)
  /// The handler runs at once and reads the body as it comes. Where the handler answers without
  /// reading, a client that waits for `100 Continue` never sends it.
  case streamed(upTo: Int)

  /// For a request whose body nobody wants. Anybody may send one, also without a credential, so it must not take much
  /// of the memory for bodies (`maxBufferedBytes`): as many connections as a server has by default hold a quarter of it
  /// this way. Not none at all, since some clients send a small one (`{}`) wherever they can.
  public static let unwanted = HTTPBodyMode.buffered(upTo: 4096)

  var isStreamed: Bool {
    if case .streamed = self { true } else { false }
  }
}
