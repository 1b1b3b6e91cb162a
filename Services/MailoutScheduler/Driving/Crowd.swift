import Synchronization

/// How many mailouts this replica drives. Among many each does less often what can wait, so that together they do it as
/// often as a few.
final class Crowd: Sendable {
  private let size = Atomic(0)

  func set(_ count: Int) { size.store(count, ordering: .relaxed) }

  /// A pause of one among so many, where `few` may have it as it is.
  func stretch(_ pause: Duration, beyond few: Int, most: Duration) -> Duration {
    min(most, pause * max(1, Double(size.load(ordering: .relaxed)) / Double(few)))
  }

  /// From one question for room at a provider to the next, of a mailout that got none. Well below the time after which
  /// its place in the line is another's.
  var askingPause: Duration { stretch(.milliseconds(50), beyond: 25, most: WaitingLine.patience / 4) }
}
