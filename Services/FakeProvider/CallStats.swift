/// The totals as `GET /fake/stats` shows them.
struct CallStats: Encodable, Sendable {
  /// Calls with a valid bearer and body.
  let calls: Int
  /// Different ids among them.
  let unique: Int
  /// Calls beyond the first for an id, among all.
  let duplicates: Int
  /// Calls answered with code 0.
  let accepted: Int
  let acceptedUnique: Int
  /// Calls beyond the first for an id, among the accepted.
  let acceptedDuplicates: Int
  /// RFC 3339 with microseconds, UTC; left out before the first call.
  let firstArrival: String?
  let lastArrival: String?
  /// The same as seconds since 1970.
  let firstArrivalSeconds: Double?
  let lastArrivalSeconds: Double?
  /// Calls by how they were answered; those of no use are left out.
  let byAnswer: [String: Int]
  /// Calls that were not taken in, by reason.
  let refused: [String: Int]
  /// Calls that wait for their answer.
  let inFlight: Int

  init(_ counts: CallCounts, unique: Int) {
    calls = counts.calls
    self.unique = unique
    duplicates = counts.calls - unique
    accepted = counts.accepted
    acceptedUnique = counts.acceptedUnique
    acceptedDuplicates = counts.accepted - counts.acceptedUnique
    firstArrival = counts.firstArrival.map(ArrivalTime.text)
    lastArrival = counts.lastArrival.map(ArrivalTime.text)
    firstArrivalSeconds = counts.firstArrival.map(ArrivalTime.seconds)
    lastArrivalSeconds = counts.lastArrival.map(ArrivalTime.seconds)
    byAnswer = Dictionary(uniqueKeysWithValues: counts.answers.map { ($0.key.rawValue, $0.value) })
    refused = Dictionary(uniqueKeysWithValues: counts.refused.map { ($0.key.rawValue, $0.value) })
    inFlight = counts.inFlight
  }

  private enum CodingKeys: String, CodingKey {
    case calls, unique, duplicates, accepted, refused
    case acceptedUnique = "accepted_unique"
    case acceptedDuplicates = "accepted_duplicates"
    case firstArrival = "first_arrival"
    case lastArrival = "last_arrival"
    case firstArrivalSeconds = "first_arrival_seconds"
    case lastArrivalSeconds = "last_arrival_seconds"
    case byAnswer = "by_answer"
    case inFlight = "in_flight"
  }
}
