internal import CMicroHTTPD
internal import EventLoop
import Synchronization

/// One of the library's daemons and the thread that runs it. The workers of a server share its listening socket.
///
/// The thread is not the library's own: that one falls asleep beside requests that have arrived, when a look at its
/// sockets finds exactly 128 events (its `MAX_EVENTS`) or a multiple, since it then looks again with the time it may
/// sleep instead of none. A daemon run from outside is never allowed to sleep.
///
/// Unchecked: the variables are the loop's alone.
final class Worker: @unchecked Sendable {
  let core: ServerCore
  let watchdog: Watchdog
  private let loop: EventLoop
  private let called = Atomic<Bool>(false)
  private var daemon: OpaquePointer?
  private var descriptor: Int32 = -1
  private var timer: TimerToken?
  private var hasClosed = false

  /// Does not serve before `begin()`. Throws `.startFailed`.
  init(socket: Int32, core: ServerCore, watchdog: Watchdog, loop: EventLoop) throws(HTTPServerError) {
    self.core = core
    self.watchdog = watchdog
    self.loop = loop
    var settings = mailout_mhd_settings()
    settings.listen_socket = socket
    // Connections over our own limit are accepted and closed; over the library's they would wait, unanswered.
    settings.connection_limit = UInt32(core.configuration.maxConnections + 64)
    settings.idle_seconds = UInt32(max(1, core.configuration.idleTimeout.components.seconds))
    settings.connection_memory = core.configuration.maxHeaderBytes
    // Not retained: a worker lives until `end()`, and no callback comes after that.
    settings.context = Unmanaged.passUnretained(self).toOpaque()
    Callbacks.fill(&settings)
    daemon = mailout_mhd_start(&settings)
    guard let daemon else { throw HTTPServerError(.startFailed, "the HTTP daemon did not start") }
    descriptor = mailout_mhd_descriptor(daemon)
  }

  /// Serves from now on.
  func begin() {
    loop.execute {
      self.loop.watch(self.descriptor, for: .read) { _ in self.run() }
      self.run()
    }
  }

  /// Runs the daemon soon: it does not notice by itself that a connection was resumed. From any thread.
  func call() {
    guard !called.exchange(true, ordering: .acquiringAndReleasing) else { return }
    loop.execute {
      self.called.store(false, ordering: .sequentiallyConsistent)
      self.run()
    }
  }

  /// A connection was closed. From a callback.
  func noteClosed() { hasClosed = true }

  /// Takes no more connections.
  func quiesce() async {
    await perform { if let daemon = self.daemon { MHD_quiesce_daemon(daemon) } }
  }

  /// Closes every connection and ends the thread. No connection may be suspended.
  func end() async {
    await perform {
      self.loop.unwatch(self.descriptor)
      if let timer = self.timer { self.loop.cancel(timer) }
      self.discard()
    }
    loop.stop()
  }

  /// Ends a worker that never began.
  func discard() {
    if let daemon { MHD_stop_daemon(daemon) }
    daemon = nil
  }

  private func perform(_ body: @escaping @Sendable () -> Void) async {
    await Task(executorPreference: loop) { body() }.value
  }

  private func run() {
    guard let daemon else { return }
    repeat {
      hasClosed = false
      MHD_run(daemon)
      // The next run, and that alone, listens again where the closed connection had been one too many.
    } while hasClosed
    switch mailout_mhd_wait(daemon) {
    case 0: call()
    case let wait where wait > 0 && timer == nil:
      // What happens meanwhile only puts the moment off: a timer too early costs one run.
      timer = loop.timer(at: .now + .milliseconds(wait)) {
        self.timer = nil
        self.run()
      }
    default: break
    }
  }
}
