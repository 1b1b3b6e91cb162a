import Glibc

/// Sockets on the loopback.
enum Sockets {
  struct Failure: Error {
    let number = errno
  }

  static func listen(onOwnPort isOwn: Bool = false) throws -> (descriptor: Int32, port: UInt16) {
    let bound = try bind(toOwnPort: isOwn)
    guard Glibc.listen(bound.descriptor, 1024) == 0 else { throw Failure() }
    return bound
  }

  /// A connection; nil where there is none within so many milliseconds (-1 for ever).
  static func connect(to port: UInt16, within milliseconds: Int32) throws -> Int32? {
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    let descriptor = socket(AF_INET, kind, 0)
    guard descriptor >= 0 else { throw Failure() }
    var address = loopback
    address.sin_port = port.bigEndian
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 || errno == EINPROGRESS else { throw Failure() }
    var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    if Glibc.poll(&poll, 1, milliseconds) == 1 { return descriptor }
    close(descriptor)
    return nil
  }

  private static var loopback: sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
    return address
  }

  /// A port that is taken, though nobody listens there.
  /// - Parameter isOwn: whether it is to be one that nobody gets who asks for any: let go, it is no other test's.
  static func bind(toOwnPort isOwn: Bool = false) throws -> (descriptor: Int32, port: UInt16) {
    while true {
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
      guard descriptor >= 0 else { throw Failure() }
      var address = loopback
      if isOwn { address.sin_port = UInt16.random(in: 10_000..<20_000).bigEndian }
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let status = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          Glibc.bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
        }
      }
      if status == 0 { return (descriptor, address.sin_port.bigEndian) }
      let failure = Failure()
      close(descriptor)
      guard isOwn, failure.number == EADDRINUSE else { throw failure }
    }
  }
}
