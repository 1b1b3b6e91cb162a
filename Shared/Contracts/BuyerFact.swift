/// What a buyer is at one revision; the data of every `buyer.*` event. Neither URL nor credentials leave the sender.
public struct BuyerFact: Codable, Sendable, Equatable {
  public var id: Int64
  public var name: String
  public var revision: Int64
  public var isEnabled: Bool

  enum CodingKeys: String, CodingKey {
    case id, name, revision
    case isEnabled = "enabled"
  }

  public init(id: Int64, name: String, revision: Int64, isEnabled: Bool) {
    self.id = id
    self.name = name
    self.revision = revision
    self.isEnabled = isEnabled
  }
}
