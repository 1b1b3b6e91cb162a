import Dispatch
import Glibc
import Synchronization

/// A TCP client that sends exactly the bytes it is given. Its blocking calls run on a thread of their own, for the
/// handlers under test need the cooperative pool's.
final class RawClient: Sendable {
  struct Failure: Error, CustomStringConvertible {
    let description: String
    /// The server has closed the connection without a word.
    var isSilentEnd = false
  }

  private let descriptor: Atomic<Int32>
  private let queue = DispatchQueue(label: "raw-client")

  init(port: Int) throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.descriptor = Atomic(descriptor)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else {
      throw Failure(description: "connect: \(String(cString: strerror(errno)))")
    }
    // So that a server that never answers fails a test instead of hanging it; a busy one may take long.
    var limit = timeval(tv_sec: 600, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  /// Asks on one new connection after another until there is an answer: a server that soon cuts idle connections may do so
  /// before a busy machine has let it read the request. The connection that was answered stays.
  static func answered(_ request: String, by port: Int) async throws -> (client: RawClient, response: RawResponse) {
    for _ in 0..<1000 {
      let client = try RawClient(port: port)
      do {
        try await client.send(request)
        return (client, try await client.response())
      } catch let failure as Failure where failure.isSilentEnd {}
    }
    throw Failure(description: "a thousand connections were closed without an answer")
  }

  deinit { close() }

  /// Closes the connection; with bytes unread, the server sees a reset.
  func close() {
    let open = descriptor.exchange(-1, ordering: .sequentiallyConsistent)
    if open >= 0 { Glibc.close(open) }
  }

  func send(_ text: String) async throws { try await send(Array(text.utf8)) }

  /// Sends all of it, blocking as long as the server does not take it.
  func send(_ bytes: [UInt8]) async throws {
    try await onThread { descriptor in
      var sent = 0
      while sent < bytes.count {
        let count = bytes.withUnsafeBytes {
          Glibc.send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
        }
        guard count > 0 else {
          let number = errno
          let isEnd = number == EPIPE || number == ECONNRESET
          throw Failure(description: "send: \(String(cString: strerror(number)))", isSilentEnd: isEnd)
        }
        sent += count
      }
    }
  }

  /// Sends until the server has taken nothing for `quiet` milliseconds (-1 for ever), or `limit` bytes; returns
  /// how much it took.
  func sendUntilHeldBack(_ chunk: [UInt8], quiet: Int32, upTo limit: Int = .max) async throws -> Int {
    try await onThread { descriptor in
      var sent = 0
      var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      while sent < limit, poll(&entry, 1, quiet) > 0 {
        let count = Glibc.send(descriptor, chunk, chunk.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
        guard count > 0 else { throw Failure(description: "send: \(String(cString: strerror(errno)))") }
        sent += count
      }
      return sent
    }
  }

  /// Everything until the server closes, or `limit` bytes and some; a reset counts as closed.
  func readAll(upTo limit: Int = .max) async throws -> String {
    try await onThread { descriptor in
      var all: [UInt8] = []
      while all.count < limit, let chunk = try Self.receive(descriptor), !chunk.isEmpty { all += chunk }
      return String(decoding: all, as: UTF8.self)
    }
  }

  /// Everything up to and with `mark`.
  func read(until mark: String) async throws -> String {
    try await onThread { descriptor in
      var all = ""
      while !all.hasSuffix(mark) {
        guard let byte = try Self.receive(descriptor, 1), !byte.isEmpty else {
          throw Failure(description: "closed after: \(all)")
        }
        all += String(decoding: byte, as: UTF8.self)
      }
      return all
    }
  }

  /// The next response, its body by Content-Length or chunks; `bodyless` where it answers a HEAD.
  func response(bodyless: Bool = false) async throws -> RawResponse {
    try await onThread { descriptor in
      var reader = ResponseReader { try Self.receive(descriptor, 1 << 16) ?? [] }
      // The reader takes single bytes where it cannot know how many are its own.
      reader.single = { try Self.receive(descriptor, 1) ?? [] }
      return try reader.read(bodyless: bodyless)
    }
  }

  private static func receive(_ descriptor: Int32, _ limit: Int = 1 << 16) throws -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: limit)
    let count = recv(descriptor, &buffer, limit, 0)
    if count < 0 && errno == ECONNRESET { return nil }
    guard count >= 0 else { throw Failure(description: "recv: \(String(cString: strerror(errno)))") }
    return Array(buffer.prefix(count))
  }

  private func onThread<Value: Sendable>(_ body: @escaping @Sendable (Int32) throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      queue.async {
        continuation.resume(with: Result { try body(self.descriptor.load(ordering: .sequentiallyConsistent)) })
      }
    }
  }
}
