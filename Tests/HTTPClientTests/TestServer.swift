import Glibc
import Synchronization

/// A server of raw sockets on a free port of the loopback: each connection is served by `serve` on a thread of its own,
/// with blocking calls, so that it can do whatever a sick server does.
final class TestServer: Sendable {
  let port: UInt16
  let log = TestLog()
  private let listener: Int32
  private let isListening = Mutex(true)

  /// - Parameter isOwn: see `Sockets.bind`.
  init(onOwnPort isOwn: Bool = false, _ serve: @escaping @Sendable (TestConnection) -> Void) throws {
    (listener, port) = try Sockets.listen(onOwnPort: isOwn)
    let (listener, log) = (listener, log)
    startThread {
      Self.accept(from: listener, log, serve)
      close(listener)
    }
  }

  /// Serves each connection on a thread of its own, until the listener is shut down.
  static func accept(from listener: Int32, _ log: TestLog, _ serve: @escaping @Sendable (TestConnection) -> Void) {
    while true {
      let descriptor = Glibc.accept(listener, nil, nil)
      guard descriptor >= 0 else { return }
      let connection = TestConnection(descriptor, log, number: log.addConnection())
      startThread {
        serve(connection)
        connection.close()
      }
    }
  }

  deinit { stopListening() }

  /// Further connections are refused. Ends the accept; the thread closes the descriptor.
  func stopListening() {
    let isFirst = isListening.withLock { isListening in
      defer { isListening = false }
      return isListening
    }
    if isFirst { shutdown(listener, Int32(SHUT_RDWR)) }
  }

  /// Answers every request with what `answer` makes of it, over connections that stay open.
  convenience init(answering answer: @escaping @Sendable (TestRequest) -> String) throws {
    try self.init { connection in
      while let request = connection.readRequest() { connection.write(answer(request)) }
    }
  }

  func url(_ path: String = "/", scheme: String = "http") -> String { "\(scheme)://127.0.0.1:\(port)\(path)" }

  /// An answer with a length.
  static func answer(_ body: String = "", status: String = "200 OK", headers: String = "") -> String {
    "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)"
  }
}

/// Runs `body` on a new thread.
func startThread(_ body: @escaping @Sendable () -> Void) {
  final class Box {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  var thread = pthread_t()
  let status = pthread_create(
    &thread, nil,
    { argument in
      Unmanaged<Box>.fromOpaque(argument!).takeRetainedValue().body()
      return nil
    }, Unmanaged.passRetained(Box(body)).toOpaque())
  precondition(status == 0)
  pthread_detach(thread)
}
