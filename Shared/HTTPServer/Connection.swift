internal import CMicroHTTPD
internal import Glibc
import Synchronization

/// One client's connection, from accept to close.
final class Connection: Sendable {
  private struct State {
    var exchange: Exchange?
    var idleSince: ContinuousClock.Instant
    var closed = false
    var ended = false
  }

  let socket: Int32
  let worker: Worker
  let remoteAddress: String
  private let state: Mutex<State>

  init(socket: Int32, worker: Worker, now: ContinuousClock.Instant) {
    self.socket = socket
    self.worker = worker
    remoteAddress = SocketAddress.peer(of: socket)
    state = Mutex(State(idleSince: now))
  }

  /// A request's header has been read.
  func begin(_ exchange: Exchange) {
    state.withLock { $0.exchange = exchange }
  }

  /// The request is over.
  func end(_ exchange: Exchange, now: ContinuousClock.Instant) {
    state.withLock {
      $0.exchange = nil
      $0.idleSince = now
    }
  }

  /// The library is about to close the socket.
  func close() {
    state.withLock { $0.closed = true }
  }

  /// The request under way, if there is one.
  var exchange: Exchange? { state.withLock { $0.exchange } }

  /// Cuts a connection that has had no complete request header since `limit` (always, where that is nil).
  func cutIfIdle(since limit: ContinuousClock.Instant?) {
    state.withLock {
      guard !$0.closed, $0.exchange == nil else { return }
      if let limit, $0.idleSince > limit { return }
      shutdown(socket, Int32(SHUT_RDWR))
    }
  }

  /// Cuts an idle connection whose client has gone, when it is found so twice: the library misses the end of a
  /// stream that comes together with the last bytes (its epoll is edge-triggered, and a short read clears the edge).
  func cutIfEnded() {
    state.withLock {
      guard !$0.closed, $0.exchange == nil, mailout_peer_has_ended(socket) != 0 else { return }
      if $0.ended { shutdown(socket, Int32(SHUT_RDWR)) }
      $0.ended = true
    }
  }
}
