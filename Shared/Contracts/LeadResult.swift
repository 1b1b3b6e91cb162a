/// What came of a lead; the reply to `lead.send`, `lead.ping` and `lead.status`.
public struct LeadResult: Codable, Sendable, Equatable {
  /// The kinds of result, closed so that every face can translate each.
  public enum Outcome: String, Codable, Sendable, CaseIterable {
    /// The buyer took it (for a ping: it could be sent).
    case success
    /// The buyer took it and says that it made something new.
    case created
    /// The buyer took it and will look at it later.
    case accepted
    /// A field is missing or wrong; by our rules nothing was sent, or the buyer says so.
    case invalid
    /// The buyer did not accept our credentials.
    case unauthorized
    /// No buyer takes such leads, or its API is not where we look for it.
    case notFound = "not_found"
    /// The buyer does not want it.
    case refused
    /// The buyer has it already.
    case duplicate
    /// The buyer's system failed, did not answer, or is given a rest; `error` tells whether the lead may have got there.
    case buyerFailed = "buyer_failed"
    /// There is no result yet; of `lead.status` only.
    case pending
  }

  public var outcome: Outcome
  /// What the lead's source is shown: `request_details`, `response_details`, `customer_lead_id`, `error`,
  /// `error_message`.
  public var answer: JSON

  public init(_ outcome: Outcome, _ answer: JSON) {
    self.outcome = outcome
    self.answer = answer
  }
}
