import Glibc
import Synchronization

/// A connection to the test server, with blocking calls; used by its one thread.
final class TestConnection: Sendable {
  /// 1 for the server's first connection.
  let number: Int
  private let descriptor: Mutex<Int32>
  private let buffer = Mutex<[UInt8]>([])
  private let log: TestLog

  init(_ descriptor: Int32, _ log: TestLog, number: Int) {
    var on: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    self.descriptor = Mutex(descriptor)
    self.log = log
    self.number = number
  }

  /// The next whole request; nil once the client has closed.
  func readRequest() -> TestRequest? {
    let separator = Array("\r\n\r\n".utf8)
    while true {
      let request = buffer.withLock { buffer -> TestRequest? in
        let end = buffer.indices.first { buffer[$0...].starts(with: separator) }
        guard let end else { return nil }
        let head = TestRequest(head: String(decoding: buffer[..<end], as: UTF8.self), body: [])
        let length = head.header("Content-Length").flatMap { Int($0) } ?? 0
        let start = end + separator.count
        guard buffer.count >= start + length else { return nil }
        let body = Array(buffer[start..<(start + length)])
        buffer.removeFirst(start + length)
        return TestRequest(head: head.head, body: body)
      }
      if let request {
        log.add(request)
        return request
      }
      guard fill() else { return nil }
    }
  }

  /// Waits until the client closes, whatever it sends before.
  func waitForEnd() {
    while fill() {}
  }

  func write(_ text: String) {
    let bytes = Array(text.utf8)
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        send(descriptor.withLock { $0 }, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      sent += count
    }
  }

  /// Ends the connection in order (FIN).
  func close() {
    descriptor.withLock {
      if $0 >= 0 { Glibc.close($0) }
      $0 = -1
    }
  }

  /// As `close`, and returns when the client's kernel knows.
  func closeAndWait() {
    shutdown(descriptor.withLock { $0 }, Int32(SHUT_WR))
    waitUntilTaken()
    close()
  }

  /// Waits until the client's kernel has taken all that was written.
  func waitUntilTaken() {
    var info = tcp_info()
    var size = socklen_t(MemoryLayout<tcp_info>.size)
    let descriptor = descriptor.withLock { $0 }
    while getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_INFO, &info, &size) == 0, info.tcpi_unacked > 0 {
      usleep(1000)
    }
  }

  /// Breaks the connection off (RST).
  func reset() {
    var linger = linger(l_onoff: 1, l_linger: 0)
    setsockopt(
      descriptor.withLock { $0 }, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
    close()
  }

  private func fill() -> Bool {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor.withLock { $0 }, &bytes, bytes.count, 0)
    guard count > 0 else { return false }
    buffer.withLock { $0.append(contentsOf: bytes.prefix(count)) }
    return true
  }
}
