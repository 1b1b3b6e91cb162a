/// Whether one may still write to a customer.
public enum ConsentState: String, Codable, Sendable, CaseIterable {
  /// They want no messages.
  case optedOut = "opted_out"
  /// They want messages again.
  case optedIn = "opted_in"
  /// They are not there any more: deleted or erased.
  case deleted
}

/// What changed about one customer's consent. Of one customer's changes the one of the greatest revision stands, in
/// whatever order they come.
public struct ConsentChange: Codable, Sendable, Equatable {
  public var customerID: Int64
  /// The customer's revision by this change.
  public var revision: Int64
  public var state: ConsentState
  /// By the customer service's database; microseconds since 1970.
  public var at: Int64

  enum CodingKeys: String, CodingKey {
    case revision, state, at
    case customerID = "customer_id"
  }

  public init(customerID: Int64, revision: Int64, state: ConsentState, at: Int64) {
    self.customerID = customerID
    self.revision = revision
    self.state = state
    self.at = at
  }
}

/// Told to every sender at once on `mailout.control`, so that an opt-out is obeyed by messages that are on their way.
public struct ConsentNews: Contract, Equatable {
  public static let type = "customer.consent.v1"
  /// The most changes in one message.
  public static let maxCount = 1_000

  public var changes: [ConsentChange]

  public init(changes: [ConsentChange]) { self.changes = changes }
}

/// The changes of late, for a sender that starts or was cut off; the reply to `customer.consent-snapshot`.
///
/// A sender need not know of older ones: a batch whose customers were read before `since` is not called, but read anew.
public struct ConsentSnapshot: Codable, Sendable, Equatable {
  /// The most changes in a snapshot: the last ones.
  public static let maxCount = 50_000

  public var changes: [ConsentChange]
  /// Whoever read customers at this instant or later has seen every change that is not listed; by the customer service's
  /// database, microseconds since 1970.
  public var since: Int64

  public init(changes: [ConsentChange], since: Int64) {
    self.changes = changes
    self.since = since
  }
}
