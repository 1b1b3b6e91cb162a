/// When the results at hand are committed. A commit costs the same for few as for many, so that those which came during
/// the one before wait for a full group too.
enum CommitRule {
  /// So many are committed without waiting for more, or half of the permits where those are fewer.
  static let full = 192
  /// How long a result may wait for others.
  static let linger: Duration = .milliseconds(12)

  /// - Parameters:
  ///   - isLingering: whether the first of them may still wait.
  ///   - permits: the most that the provider's calls hold; none is given back before the commit.
  static func isDue(count: Int, isLingering: Bool, permits: Int) -> Bool {
    count > 0 && (!isLingering || count >= min(full, permits / 2))
  }
}
