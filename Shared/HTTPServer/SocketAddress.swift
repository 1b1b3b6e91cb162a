internal import Glibc

/// Addresses of sockets as text and number.
enum SocketAddress {
  /// The IP address of a connected socket's other end; "" when it is gone already.
  static func peer(of socket: Int32) -> String {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let status = withUnsafeMutablePointer(to: &storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(socket, $0, &length) }
    }
    guard status == 0 else { return "" }
    return withUnsafePointer(to: &storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { text(of: $0, length) }
    }
  }

  /// The port a socket is bound to.
  static func port(of socket: Int32) -> Int {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutablePointer(to: &storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        guard getsockname(socket, address, &length) == 0 else { return 0 }
        // The port stands at the same place for both families.
        return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
          Int(UInt16(bigEndian: $0.pointee.sin_port))
        }
      }
    }
  }

  /// The IP address; "" where there is none. That of an IPv4 client on an IPv6 socket is an IPv4 address.
  static func text(of address: UnsafePointer<sockaddr>?, _ length: socklen_t) -> String {
    guard let address else { return "" }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(NI_MAXHOST)) { host in
      let size = socklen_t(host.count)
      guard getnameinfo(address, length, host.baseAddress, size, nil, 0, NI_NUMERICHOST) == 0,
        let start = host.baseAddress
      else { return "" }
      let text = String(cString: start)
      return text.hasPrefix("::ffff:") && text.contains(".") ? String(text.dropFirst(7)) : text
    }
  }
}
