/// The data of `erasure.completed`.
public struct ErasureFact: Codable, Sendable, Equatable {
  public var id: Int64
  /// Of the customer there was.
  public var customerID: Int64

  enum CodingKeys: String, CodingKey {
    case id
    case customerID = "customer_id"
  }

  public init(id: Int64, customerID: Int64) {
    self.id = id
    self.customerID = customerID
  }
}
