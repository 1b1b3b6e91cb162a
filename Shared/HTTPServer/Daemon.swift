internal import CMicroHTTPD
internal import Glibc

/// The library's daemon and the context of its callbacks.
///
/// Unchecked: the pointers are written once, and the library's calls on a daemon may come from any thread.
final class Daemon: @unchecked Sendable {
  let core: ServerCore
  let watchdog: Watchdog
  private let socket: Int32
  private let pointer: OpaquePointer

  /// Starts to serve on a listening socket, which it then owns; throws `.startFailed`.
  static func start(_ socket: Int32, core: ServerCore) throws(HTTPServerError) -> Daemon {
    let context = DaemonContext(core: core, watchdog: Watchdog(core: core))
    let retained = Unmanaged.passRetained(context)
    let configuration = core.configuration
    var settings = mailout_mhd_settings()
    settings.listen_socket = socket
    // Connections over our own limit are accepted and closed; over the library's they would wait, unanswered.
    settings.connection_limit = UInt32(configuration.maxConnections + 64 * max(configuration.threads, 1))
    settings.connections_per_address = UInt32(configuration.maxConnectionsPerAddress ?? 0)
    settings.idle_seconds = UInt32(max(1, configuration.idleTimeout.components.seconds))
    settings.threads = UInt32(max(1, configuration.threads))
    settings.connection_memory = configuration.maxHeaderBytes
    settings.context = retained.toOpaque()
    Callbacks.fill(&settings)
    signal(SIGPIPE, SIG_IGN)
    guard let pointer = mailout_mhd_start(&settings) else {
      retained.release()
      context.watchdog.loop.stop()
      close(socket)
      throw HTTPServerError(.startFailed, "the HTTP daemon did not start", cause: String(cString: strerror(errno)))
    }
    return Daemon(context, socket, pointer)
  }

  private init(_ context: DaemonContext, _ socket: Int32, _ pointer: OpaquePointer) {
    core = context.core
    watchdog = context.watchdog
    self.socket = socket
    self.pointer = pointer
    self.context = context
  }

  private let context: DaemonContext

  var port: Int { SocketAddress.port(of: socket) }

  /// Takes no more connections, drains, answers the rest and ends the threads.
  func stop() async {
    MHD_quiesce_daemon(pointer)
    close(socket)
    core.startDraining()
    await core.load.drain(within: core.configuration.grace, on: watchdog.loop)
    core.abortAll()
    await core.load.drain(within: .milliseconds(500), on: watchdog.loop)
    await watchdog.perform { MHD_stop_daemon(self.pointer) }
    Unmanaged.passUnretained(context).release()
    watchdog.loop.stop()
  }
}

/// What the callbacks get.
final class DaemonContext: Sendable {
  let core: ServerCore
  let watchdog: Watchdog

  init(core: ServerCore, watchdog: Watchdog) {
    self.core = core
    self.watchdog = watchdog
  }
}
