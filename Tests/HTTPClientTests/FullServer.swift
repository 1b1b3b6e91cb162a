import Dispatch
import Glibc

/// A server whose queue of connections is full: the kernel completes no other one before `open()`.
final class FullServer: Sendable {
  let port: UInt16
  let log = TestLog()
  private let listener: Int32
  private let fillers: [Int32]
  private let guest = DispatchSemaphore(value: 0)

  init() throws {
    let (listener, port) = try Sockets.bind()
    guard Glibc.listen(listener, 0) == 0 else { throw Sockets.Failure() }
    var fillers: [Int32] = []
    // There is room for one at least; that there is none for another is seen by waiting.
    while let filler = try Sockets.connect(to: port, within: fillers.isEmpty ? -1 : 500) { fillers.append(filler) }
    (self.listener, self.port, self.fillers) = (listener, port, fillers)
  }

  var url: String { "http://127.0.0.1:\(port)/" }

  /// Accepts whoever comes, and reads. A client whose first packet was dropped tries again after a second.
  func open() {
    let (listener, log, guest, fillerCount) = (listener, log, guest, fillers.count)
    for filler in fillers { close(filler) }
    startThread {
      TestServer.accept(from: listener, log) { connection in
        // Those that filled the queue come first.
        if connection.number > fillerCount { guest.signal() }
        while connection.readRequest() != nil { connection.write(TestServer.answer()) }
      }
    }
  }

  /// Waits, on the calling thread, for a connection that did not fill the queue.
  func waitForGuest() { guest.wait() }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }
}
