internal import CLinux

/// What a descriptor is watched for, or ready for.
public struct Readiness: OptionSet, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  public static let read = Readiness(rawValue: EPOLLIN.rawValue)
  public static let write = Readiness(rawValue: EPOLLOUT.rawValue)
  /// An error or a hang-up; always reported, never asked for.
  public static let closed = Readiness(rawValue: EPOLLERR.rawValue | EPOLLHUP.rawValue)
}
