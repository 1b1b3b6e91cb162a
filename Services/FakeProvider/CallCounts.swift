/// Running totals of a log.
struct CallCounts: Sendable {
  var calls = 0
  var accepted = 0
  /// Messages accepted at least once.
  var acceptedUnique = 0
  var inFlight = 0
  var answers: [Answer: Int] = [:]
  var refused: [Refusal: Int] = [:]
  /// Nanoseconds since 1970.
  var firstArrival: Int64?
  var lastArrival: Int64?
  /// Which life of the log this is; a reset starts another.
  var epoch = 0

  mutating func arrived(_ now: Int64) {
    if firstArrival == nil { firstArrival = now }
    lastArrival = max(lastArrival ?? now, now)
  }
}
