/// The part of a mailout that opens at one instant, and how far it has been issued.
struct Cohort: Sendable, Equatable {
  enum Kind: String, Sendable, CaseIterable {
    /// Everybody, of a mailout without local hours.
    case all
    /// Customers of one zone.
    case zone
    /// Customers without a zone.
    case rest
    /// Everybody once more, when all others are exhausted: customers who changed zone meanwhile.
    case closing
  }

  var id: Int64
  var kind = Kind.all
  var timezone: String?
  /// Customers with ids up to here have been issued.
  var cursor: Int64
}
