import Glibc

/// Sockets on the loopback.
enum Sockets {
  struct Failure: Error {
    let number = errno
  }

  static func listen() throws -> (descriptor: Int32, port: UInt16) {
    let bound = try bind()
    guard Glibc.listen(bound.descriptor, 1024) == 0 else { throw Failure() }
    return bound
  }

  /// A port that is taken, though nobody listens there.
  static func bind() throws -> (descriptor: Int32, port: UInt16) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw Failure() }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
      }
    }
    guard status == 0 else { throw Failure() }
    return (descriptor, address.sin_port.bigEndian)
  }
}
