internal import CCurl
import EventLoop
internal import Glibc

/// libcurl's sockets on the event loop.
///
/// libcurl asks for a socket to be watched when a transfer takes a connection and to be let go when it gives it back.
/// A connection's socket stays registered in between, so that a call on a kept-alive connection costs no epoll_ctl.
/// libcurl's other descriptors (of resolver threads) come and go unannounced, so these are unregistered at once.
///
/// An idle connection on which the server says anything is given up: libcurl notices a close before it uses a
/// connection again, but would take stray bytes, as of a late "408 Request Timeout", for the answer to the next call.
final class MultiSockets {
  private struct Socket {
    /// Opened by us for a connection: we shall hear of its end.
    var isConnection = false
    var registered: Readiness = []
    var wanted: Readiness = []
  }

  private let loop: EventLoop
  // Watches hold this object, strongly for speed, until libcurl has closed its sockets.
  private var sockets: [Socket] = []
  /// Called when a wanted socket is ready.
  var onReady: (_ descriptor: Int32, _ readiness: Readiness) -> Void = { _, _ in }

  private let givesUpStray: Bool

  /// - Parameter givesUpStray: false for HTTP/2, where a server may speak on an idle connection.
  init(loop: EventLoop, givesUpStray: Bool) {
    self.loop = loop
    self.givesUpStray = givesUpStray
  }

  func want(_ descriptor: Int32, _ wanted: Readiness) {
    let index = reserve(descriptor)
    sockets[index].wanted = wanted
    let registered = sockets[index].registered
    guard wanted != registered else { return }
    if wanted.isEmpty {
      if !sockets[index].isConnection { unregister(index) }
      return
    }
    sockets[index].registered = wanted
    if registered.isEmpty {
      loop.watch(descriptor, for: wanted) { [self] in ready(index, $0) }
    } else {
      loop.change(descriptor, to: wanted)
    }
  }

  private func ready(_ index: Int, _ readiness: Readiness) {
    guard sockets[index].wanted.isEmpty else { return onReady(Int32(index), readiness) }
    unregister(index)
    if givesUpStray { giveUp(Int32(index)) }
  }

  /// After this libcurl finds the connection closed.
  private func giveUp(_ descriptor: Int32) {
    withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: 1) { bytes in
      while recv(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT)) == bytes.count {}
    }
    shutdown(descriptor, Int32(SHUT_RDWR))
  }

  private func unregister(_ index: Int) {
    guard !sockets[index].registered.isEmpty else { return }
    sockets[index].registered = []
    loop.unwatch(Int32(index))
  }

  /// A new socket of a connection; -1 where there is none.
  func open(_ family: Int32, _ type: Int32, _ proto: Int32) -> Int32 {
    let descriptor = socket(family, type | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), proto)
    if descriptor >= 0 { sockets[reserve(descriptor)] = Socket(isConnection: true) }
    return descriptor
  }

  private func shut(_ descriptor: Int32) -> Int32 {
    let index = reserve(descriptor)
    unregister(index)
    sockets[index] = Socket()
    return close(descriptor)
  }

  private func reserve(_ descriptor: Int32) -> Int {
    let index = Int(descriptor)
    if index >= sockets.count {
      sockets.append(contentsOf: repeatElement(Socket(), count: index + 1 - sockets.count))
    }
    return index
  }

  // MARK: callbacks

  private static func at(_ context: UnsafeMutableRawPointer) -> MultiSockets {
    Unmanaged<MultiSockets>.fromOpaque(context).takeUnretainedValue()
  }

  /// Has `transfer` open and close its sockets here. A connection may live longer than the transfer that opened it, so
  /// that closing goes by this object alone.
  func serve(_ transfer: Transfer) {
    let context = Unmanaged.passUnretained(self).toOpaque()
    _ = mailout_set_pointer(transfer.easy, CURLOPT_OPENSOCKETDATA, Unmanaged.passUnretained(transfer).toOpaque())
    _ = mailout_set_open_socket_callback(transfer.easy) { context, _, address in
      guard let context, let address else { return -1 }
      return Transfer.at(context).openSocket(
        address.pointee.family, address.pointee.socktype, address.pointee.protocol)
    }
    _ = mailout_set_pointer(transfer.easy, CURLOPT_CLOSESOCKETDATA, context)
    _ = mailout_set_close_socket_callback(transfer.easy) { context, descriptor in
      guard let context else { return close(descriptor) }
      return MultiSockets.at(context).shut(descriptor)
    }
  }

  /// Has `multi` tell here what it waits for.
  func connect(to multi: UnsafeMutableRawPointer) {
    _ = mailout_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, Unmanaged.passUnretained(self).toOpaque())
    _ = mailout_multi_set_socket_callback(multi) { _, descriptor, what, context, _ in
      guard let context else { return -1 }
      var wanted: Readiness = []
      if what == CURL_POLL_IN || what == CURL_POLL_INOUT { wanted.insert(.read) }
      if what == CURL_POLL_OUT || what == CURL_POLL_INOUT { wanted.insert(.write) }
      MultiSockets.at(context).want(descriptor, wanted)
      return 0
    }
  }
}
