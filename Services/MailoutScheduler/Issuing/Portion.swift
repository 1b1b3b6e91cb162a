import Contracts

/// What one step of issuing does to a cohort, all of it in one transaction or nothing.
struct Portion: Sendable {
  var cohort: Cohort
  var newCursor: Int64
  var isExhausted: Bool
  var batches: [IssuedBatch] = []
  /// Customers of a mailout with local hours, batches and deferred alike: nobody may be among those reached before.
  var reached: [Int64] = []
  /// How large the mailout's audience is, where that has just been seen.
  var audience: Int64?
  /// Given an id, but outside their hours at the moment.
  var deferred: [WaitingMessage] = []

  /// Messages given an id.
  var count: Int { batches.reduce(deferred.count) { $0 + $1.count } }
}
