/// What came of a lead, without anything personal: the data of `lead.answered`.
public struct LeadFact: Codable, Sendable, Equatable {
  public var leadID: String
  /// The buyer's name; nil where none takes such leads.
  public var buyer: String?
  public var outcome: LeadResult.Outcome

  enum CodingKeys: String, CodingKey {
    case buyer, outcome
    case leadID = "lead_id"
  }

  public init(leadID: String, buyer: String?, outcome: LeadResult.Outcome) {
    self.leadID = leadID
    self.buyer = buyer
    self.outcome = outcome
  }
}
