/// Leave to issue some messages of one mailout to one provider now.
struct Grant: Sendable, Equatable {
  /// Messages of one at most: a page of customers, and what one transaction issues.
  static let most = 1_000

  var provider: String
  /// Messages at most.
  var room: Int
  /// Messages in one batch at most: two seconds of the slowest rate concerned.
  var batch: Int
}
