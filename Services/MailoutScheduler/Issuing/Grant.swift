/// Leave to issue some messages of one mailout to one provider now.
struct Grant: Sendable, Equatable {
  var provider: String
  /// Messages at most.
  var room: Int
  /// Messages in one batch at most: two seconds of the slowest rate concerned.
  var batch: Int
}
