import FoundationEssentials
import Synchronization

/// The time of day. Injected wherever a decision depends on it, so that tests can set it.
public protocol WallClock: Sendable {
  var now: Date { get }
}

/// The system's time of day.
public struct SystemWallClock: WallClock {
  public init() {}
  public var now: Date { Date() }
}

/// A time of day that stands still until it is moved.
public final class ManualWallClock: WallClock {
  private let instant: Mutex<Date>

  public init(_ start: Date) {
    instant = Mutex(start)
  }

  public var now: Date { instant.withLock { $0 } }

  /// Sets the time, forwards or back.
  public func set(_ date: Date) {
    instant.withLock { $0 = date }
  }

  /// Moves the time on.
  public func advance(by duration: Duration) {
    instant.withLock { $0 += duration / .seconds(1) }
  }
}
