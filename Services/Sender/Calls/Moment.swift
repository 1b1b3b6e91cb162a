import FoundationEssentials
import Synchronization

/// An instant by both clocks, read together.
struct Moment: Sendable, Equatable {
  /// Microseconds since 1970.
  var wall: Int64
  var monotonic: ContinuousClock.Instant

  /// Where "now" comes from; tests bring their own.
  typealias Clock = @Sendable () -> Moment

  /// The system's, with a time of day that does not go back.
  static let system: Clock = {
    let now = Moment(wall: Int64(Date().timeIntervalSince1970 * 1e6), monotonic: .now)
    return wall.withLock { $0.read(now) }
  }

  private static let wall = Mutex(SteadyWall())

  func advanced(by duration: Duration) -> Moment {
    Moment(wall: wall + duration.wholeMicroseconds, monotonic: monotonic + duration)
  }
}

/// A future instant that has come as soon as either clock says so: a wall clock that is set back prolongs nothing.
struct Deadline: Sendable, Equatable {
  /// Microseconds since 1970.
  let wall: Int64
  let monotonic: ContinuousClock.Instant

  /// - Parameter seen: when this sender learned of it.
  init(_ wall: Int64, seen: Moment) {
    self.wall = wall
    monotonic = seen.monotonic + .microseconds(wall - seen.wall)
  }

  /// What remains; zero or less once it has come.
  func left(at now: Moment) -> Duration {
    min(.microseconds(wall - now.wall), now.monotonic.duration(to: monotonic))
  }
}

extension Duration {
  /// Rounded down.
  var wholeMicroseconds: Int64 { components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000 }
}
