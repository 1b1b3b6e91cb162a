import Synchronization

/// How many mailouts this replica drives. Among many each does less often what can wait, so that together they do it as
/// often as a few.
final class Crowd: Sendable {
  private let size = Atomic(0)

  func set(_ count: Int) { size.store(count, ordering: .relaxed) }

  /// A pause of one among so many, where `few` may have it as it is.
  func stretch(_ pause: Duration, beyond few: Int) -> Duration {
    pause * max(1, Double(size.load(ordering: .relaxed)) / Double(few))
  }
}
