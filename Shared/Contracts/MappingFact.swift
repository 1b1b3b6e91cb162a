/// The data of `mapping.created`.
public struct MappingFact: Codable, Sendable, Equatable {
  public var id: Int64
  public var revision: Int64
  public var customerID: Int64

  enum CodingKeys: String, CodingKey {
    case id, revision
    case customerID = "customer_id"
  }

  public init(id: Int64, revision: Int64, customerID: Int64) {
    self.id = id
    self.revision = revision
    self.customerID = customerID
  }
}
