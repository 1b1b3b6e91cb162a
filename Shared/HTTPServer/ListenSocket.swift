internal import Glibc

/// Opens the socket a server listens on.
enum ListenSocket {
  /// A listening, non-blocking socket; throws `.bindFailed`.
  static func open(host: String, port: Int) throws(HTTPServerError) -> Int32 {
    guard let port = UInt16(exactly: port) else {
      throw HTTPServerError(.bindFailed, "cannot listen on \(host): \(port) is no port")
    }
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV
    var found: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(host, String(port), &hints, &found)
    guard status == 0, let address = found else {
      throw HTTPServerError(.bindFailed, "cannot listen on \(host)", cause: String(cString: gai_strerror(status)))
    }
    defer { freeaddrinfo(found) }
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = socket(address.pointee.ai_family, kind, 0)
    guard descriptor >= 0 else { throw failure(host, port) }
    var on: Int32 = 1
    var off: Int32 = 0
    let size = socklen_t(MemoryLayout<Int32>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, size)
    if address.pointee.ai_family == AF_INET6 {
      setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &off, size)
    }
    guard bind(descriptor, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0,
      listen(descriptor, SOMAXCONN) == 0
    else {
      let error = failure(host, port)
      close(descriptor)
      throw error
    }
    return descriptor
  }

  private static func failure(_ host: String, _ port: UInt16) -> HTTPServerError {
    HTTPServerError(.bindFailed, "cannot listen on \(host) port \(port)", cause: String(cString: strerror(errno)))
  }
}
