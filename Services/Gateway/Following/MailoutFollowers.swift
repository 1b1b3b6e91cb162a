import Contracts
import FoundationEssentials
import Messaging
import Service
import Synchronization

/// Who follows which mailout through this process, and what they were told last. However many follow a mailout, it is
/// asked for once.
final class MailoutFollowers: Sendable {
  /// What a follower that reads slowly may be behind; more is left out, and the next progress tells it all anyway.
  private static let backlog = 32
  static let heartbeat: Duration = .seconds(15)

  private struct Stream {
    let continuation: AsyncStream<ServerSentEvent>.Continuation
    /// Whether its follower may know what happens to the mailout, and not only how far it is.
    let hasChanges: Bool
  }

  private struct Watch {
    var streams: [Int: Stream] = [:]
    var shown: FollowedMailout?
    /// The instant of the last change that was told; microseconds since 1970.
    var lastChange: Int64
    var toldAt: ContinuousClock.Instant
  }

  private struct State {
    var watches: [Int64: Watch] = [:]
    var count = 0
    var last = 0
    var isClosed = false
  }

  private let limit: Int
  private let gauge: Gauge?
  private let now: @Sendable () -> ContinuousClock.Instant
  private let state = Mutex(State())

  /// - Parameters:
  ///   - limit: followers at once.
  ///   - gauge: how many there are.
  init(limit: Int, gauge: Gauge? = nil, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
    self.limit = limit
    self.gauge = gauge
    self.now = now
  }

  /// The mailouts followed.
  var mailouts: [Int64] { state.withLock { Array($0.watches.keys) } }

  struct Seat: Sendable {
    let id: Int64
    fileprivate let number: Int
    let events: AsyncStream<ServerSentEvent>
    fileprivate let continuation: AsyncStream<ServerSentEvent>.Continuation

    /// Ends its events, after those that were told.
    func end() { continuation.finish() }
  }

  /// - Throws: `unavailable` where there is none.
  func checkRoom() throws(Problem) {
    guard state.withLock({ !$0.isClosed && $0.count < limit }) else { throw Self.full }
  }

  private static let full = Problem(
    .unavailable, "This gateway has no room for more who follow mailouts; try again later.")

  /// - Parameters:
  ///   - first: what the follower has been shown.
  ///   - changes: whether the follower hears of changes too.
  /// - Throws: `unavailable` where there is no room.
  func join(_ id: Int64, shown first: FollowedMailout, now: Int64, changes: Bool) throws(Problem) -> Seat {
    let (events, continuation) = AsyncStream.makeStream(
      of: ServerSentEvent.self, bufferingPolicy: .bufferingNewest(Self.backlog))
    let number: Int? = state.withLock { state in
      guard !state.isClosed, state.count < limit else { return nil }
      state.count += 1
      state.last += 1
      var watch = state.watches[id] ?? Watch(shown: first, lastChange: now, toldAt: self.now())
      watch.streams[state.last] = Stream(continuation: continuation, hasChanges: changes)
      state.watches[id] = watch
      return state.last
    }
    guard let number else { throw Self.full }
    gauge?.increment()
    return Seat(id: id, number: number, events: events, continuation: continuation)
  }

  func leave(_ seat: Seat) {
    let hasLeft = state.withLock { state in
      guard state.watches[seat.id]?.streams.removeValue(forKey: seat.number) != nil else { return false }
      state.count -= 1
      if state.watches[seat.id]?.streams.isEmpty == true { state.watches[seat.id] = nil }
      return true
    }
    if hasLeft { gauge?.decrement() }
  }

  /// A change of a mailout, as its event tells it.
  /// - Returns: whether anybody follows it.
  func changed(_ id: Int64, at instant: Int64, _ data: JSON) -> Bool {
    tell(id, ofChange: true) { watch in
      watch.lastChange = max(watch.lastChange, instant)
      return ServerSentEvent("change", id: watch.lastChange, data: data)
    }
  }

  /// How a mailout stands now; nothing is told where it is as it was.
  func progressed(_ id: Int64, _ mailout: FollowedMailout) {
    _ = tell(id) { watch in
      guard watch.shown != mailout || mailout.isOver else { return nil }
      watch.shown = mailout
      return ServerSentEvent("progress", id: watch.lastChange, data: mailout.json)
    }
    if mailout.isOver { end(id) }
  }

  /// Nobody hears nothing for long.
  func beat(now: ContinuousClock.Instant) {
    for id in mailouts {
      _ = tell(id) { $0.toldAt.duration(to: now) >= Self.heartbeat ? .heartbeat : nil }
    }
  }

  /// Every stream ends, and none begins any more.
  func close() {
    let ids = state.withLock { state in
      state.isClosed = true
      return Array(state.watches.keys)
    }
    for id in ids { end(id) }
  }

  private func end(_ id: Int64) {
    let streams = state.withLock { $0.watches[id].map { Array($0.streams.values) } ?? [] }
    for stream in streams { stream.continuation.finish() }
  }

  private func tell(_ id: Int64, ofChange isChange: Bool = false, _ event: (inout Watch) -> ServerSentEvent?) -> Bool {
    state.withLock { state in
      guard var watch = state.watches[id] else { return false }
      if let event = event(&watch) {
        let hearers = watch.streams.values.filter { $0.hasChanges || !isChange }
        // Whoever hears no changes has still heard nothing.
        if hearers.count == watch.streams.count { watch.toldAt = now() }
        for stream in hearers { stream.continuation.yield(event) }
      }
      state.watches[id] = watch
      return true
    }
  }
}
