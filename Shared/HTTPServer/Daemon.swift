internal import EventLoop
internal import Glibc

/// A listening socket, the workers that serve it and the watchdog over their connections.
final class Daemon: Sendable {
  let port: Int
  private let core: ServerCore
  private let socket: Int32
  private let watchdog: Watchdog
  private let workers: [Worker]

  /// Starts to serve on a listening socket, which it then owns; throws `.startFailed`.
  init(_ socket: Int32, core: ServerCore) throws(HTTPServerError) {
    let loops = (0..<max(1, core.configuration.threads)).map { EventLoop(name: "http-\($0)") }
    let watchdog = Watchdog(core: core, loop: loops[0])
    var workers: [Worker] = []
    signal(SIGPIPE, SIG_IGN)
    do throws(HTTPServerError) {
      for loop in loops {
        workers.append(try Worker(socket: socket, core: core, watchdog: watchdog, loop: loop))
      }
    } catch {
      for worker in workers { worker.discard() }
      for loop in loops { loop.stop() }
      close(socket)
      throw error
    }
    self.core = core
    self.socket = socket
    self.watchdog = watchdog
    self.workers = workers
    port = SocketAddress.port(of: socket)
    for worker in workers { worker.begin() }
  }

  /// Takes no more connections, drains, answers the rest and ends the threads.
  func stop() async {
    for worker in workers { await worker.quiesce() }
    close(socket)
    core.startDraining()
    await core.load.drain(within: core.configuration.grace, on: watchdog.loop)
    core.abortAll()
    await core.load.drain(within: .milliseconds(500), on: watchdog.loop)
    // The watchdog's loop is the first one's.
    for worker in workers.reversed() { await worker.end() }
  }
}
