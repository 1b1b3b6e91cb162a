internal import CCurl
import EventLoop
internal import Glibc

/// libcurl's sockets on the event loop.
///
/// libcurl asks for a socket to be watched when a transfer takes a connection and to be let go when it gives it back.
/// A connection's socket stays registered in between, so that a call on a kept-alive connection costs no epoll_ctl;
/// only when the server says something on an idle connection is it taken off. libcurl's other descriptors (of
/// resolver threads) come and go unannounced, so these are unregistered at once.
final class MultiSockets {
  private struct Socket {
    /// Opened by us for a connection: we shall hear of its end.
    var isConnection = false
    var registered: Readiness = []
    var wanted: Readiness = []
  }

  private let loop: EventLoop
  private var sockets: [Socket] = []
  /// Called when a wanted socket is ready.
  var onReady: (_ descriptor: Int32, _ readiness: Readiness) -> Void = { _, _ in }

  init(loop: EventLoop) { self.loop = loop }

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
      loop.watch(descriptor, for: wanted) { [unowned self] in ready(index, $0) }
    } else {
      loop.change(descriptor, to: wanted)
    }
  }

  private func ready(_ index: Int, _ readiness: Readiness) {
    if sockets[index].wanted.isEmpty {
      unregister(index)
    } else {
      onReady(Int32(index), readiness)
    }
  }

  private func unregister(_ index: Int) {
    guard !sockets[index].registered.isEmpty else { return }
    sockets[index].registered = []
    loop.unwatch(Int32(index))
  }

  private func open(_ family: Int32, _ type: Int32, _ proto: Int32) -> Int32 {
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

  /// Has `easy` open and close its sockets here.
  func serve(_ easy: UnsafeMutableRawPointer) {
    let context = Unmanaged.passUnretained(self).toOpaque()
    _ = mailout_set_pointer(easy, CURLOPT_OPENSOCKETDATA, context)
    _ = mailout_set_pointer(easy, CURLOPT_CLOSESOCKETDATA, context)
    _ = mailout_set_open_socket_callback(easy) { context, _, address in
      guard let context, let address else { return -1 }
      return MultiSockets.at(context).open(address.pointee.family, address.pointee.socktype, address.pointee.protocol)
    }
    _ = mailout_set_close_socket_callback(easy) { context, descriptor in
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
