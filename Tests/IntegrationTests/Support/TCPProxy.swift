import EventLoop
import Glibc

/// A TCP proxy in front of a server, by which a test drops, pauses or refuses connections of its own.
actor TCPProxy {
  struct Failure: Error {
    let call: String
    let number = errno
  }

  /// Where it listens, on 127.0.0.1.
  nonisolated let port: Int
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private let loop = EventLoop(name: "proxy")
  private let target: sockaddr_in
  private let listener: Int32
  private var peers: [Int32: Int32] = [:]
  /// What is still to be written to a socket.
  private var pending: [Int32: [UInt8]] = [:]
  private var clients: Set<Int32> = []
  private var isPaused = false
  private var isMuted = false
  private var isRefusing = false
  private var isListening = false

  /// Listens at once; call `start()` to accept. `host` is an IPv4 address or "localhost".
  init(to host: String, port: Int) throws {
    target = TCPProxy.address(host == "localhost" ? "127.0.0.1" : host, port)
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var own = TCPProxy.address("127.0.0.1", 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let bound = withUnsafeMutablePointer(to: &own) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, length) == 0 && listen(listener, 64) == 0
          && getsockname(listener, address, &length) == 0
      }
    }
    guard bound else { throw Failure(call: "bind") }
    self.port = Int(UInt16(bigEndian: own.sin_port))
  }

  /// How many connections pass through it.
  var connections: Int { peers.count / 2 }

  /// Begins to accept. Connections made before wait in the kernel.
  func start() {
    guard !isListening else { return }
    isListening = true
    loop.watch(listener, for: .read) { [self] _ in assumeIsolated { $0.accept() } }
  }

  /// Cuts every connection.
  func drop() {
    for descriptor in Array(peers.keys) { close(descriptor) }
  }

  /// Lets nothing through in either direction until `resume()`, not even that one side has closed.
  func pause() {
    isPaused = true
    for descriptor in peers.keys { loop.unwatch(descriptor) }
  }

  /// Holds back what the server says until `resume()`; what clients say goes on to it.
  func mute() {
    isMuted = true
    for descriptor in peers.keys { update(descriptor) }
  }

  func resume() {
    let wasPaused = isPaused
    (isPaused, isMuted) = (false, false)
    for descriptor in peers.keys { if wasPaused { watch(descriptor) } else { update(descriptor) } }
  }

  /// Whether new connections are closed at once.
  func refuse(_ refuse: Bool) { isRefusing = refuse }

  /// Sends bytes to every client as if the server had said them. The server's own must not be half through.
  func inject(_ bytes: [UInt8]) {
    for client in clients where peers[client] != nil {
      pending[client, default: []] += bytes
      write(to: client)
    }
  }

  /// Closes everything; the proxy is of no use any more.
  func stop() {
    drop()
    if isListening { loop.unwatch(listener) }
    _ = Glibc.close(listener)
    loop.stop()
  }

  private func accept() {
    let client = Glibc.accept(listener, nil, nil)
    guard client >= 0 else { return }
    let server = isRefusing ? -1 : connect()
    guard server >= 0 else {
      _ = Glibc.close(client)
      return
    }
    peers[client] = server
    peers[server] = client
    clients.insert(client)
    for descriptor in [client, server] {
      _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
      if !isPaused { watch(descriptor) }
    }
  }

  private func watch(_ descriptor: Int32) {
    loop.watch(descriptor, for: interest(of: descriptor)) { [self] readiness in
      assumeIsolated { $0.ready(descriptor, readiness) }
    }
  }

  private func connect() -> Int32 {
    let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var target = target
    let status = withUnsafeMutablePointer(to: &target) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    if status == 0 { return server }
    _ = Glibc.close(server)
    return -1
  }

  private func ready(_ descriptor: Int32, _ readiness: Readiness) {
    guard let peer = peers[descriptor] else { return }
    if readiness.contains(.write) { write(to: descriptor) }
    if readiness.contains(.read), peers[descriptor] != nil {
      var buffer = [UInt8](repeating: 0, count: 65_536)
      let count = read(descriptor, &buffer, buffer.count)
      if count <= 0 { return close(descriptor) }
      pending[peer, default: []] += buffer[..<count]
      write(to: peer)
    } else if !readiness.isDisjoint(with: .closed) {
      close(descriptor)
    }
  }

  private func write(to descriptor: Int32) {
    guard let bytes = pending[descriptor], let peer = peers[descriptor], !bytes.isEmpty else { return }
    let count = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    if count < 0 && errno != EAGAIN { return close(descriptor) }
    pending[descriptor]?.removeFirst(max(0, count))
    update(descriptor)
    update(peer)
  }

  private func update(_ descriptor: Int32) {
    if !isPaused, peers[descriptor] != nil { loop.change(descriptor, to: interest(of: descriptor)) }
  }

  /// Reads only while the other side takes what it gets, writes only what there is.
  private func interest(of descriptor: Int32) -> Readiness {
    var interest: Readiness = []
    let isHeld = isMuted && !clients.contains(descriptor)
    if !isHeld, let peer = peers[descriptor], pending[peer, default: []].isEmpty { interest.insert(.read) }
    if !pending[descriptor, default: []].isEmpty { interest.insert(.write) }
    return interest
  }

  private func close(_ descriptor: Int32) {
    guard let peer = peers.removeValue(forKey: descriptor) else { return }
    peers.removeValue(forKey: peer)
    for descriptor in [descriptor, peer] {
      pending.removeValue(forKey: descriptor)
      clients.remove(descriptor)
      loop.unwatch(descriptor)
      _ = Glibc.close(descriptor)
    }
  }

  private static func address(_ host: String, _ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port)).bigEndian
    inet_pton(AF_INET, host, &address.sin_addr)
    return address
  }
}
