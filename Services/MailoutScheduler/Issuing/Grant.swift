/// Leave to issue some messages of one mailout to one provider now.
struct Grant: Sendable, Equatable {
  /// Messages of one at most: a page of customers, and what one transaction issues.
  static let most = 1_000
  /// Bytes of their texts at most: all of them are in memory, several times over.
  static let maxBytes = 8 << 20

  var provider: String
  /// Messages at most.
  var room: Int
  /// Messages in one batch at most: two seconds of the slowest rate concerned.
  var batch: Int
}
