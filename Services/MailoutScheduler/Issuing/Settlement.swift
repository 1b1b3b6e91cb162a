/// What settled batches have changed.
struct Settlement: Sendable, Equatable {
  /// The mailouts concerned.
  var mailouts: Set<Int64>
  /// Those of them of which something has come to wait.
  var waiting: Set<Int64> = []
}
