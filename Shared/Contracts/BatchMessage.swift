/// What one customer gets from one mailout. `id` is the provider's int64 msgId.
public struct BatchMessage: Codable, Sendable, Equatable {
  public var id: Int64
  public var customerID: Int64
  /// E.164 digits without "+".
  public var phone: String
  public var text: String
  /// See `Standing`.
  public var round: Int
  public var hop: Int
  /// Attempts already made in this round.
  public var attempts: Int
  /// The end of an earlier call in this round is unknown: the provider may have the message. So it goes to no other
  /// provider, and unless an answer comes it has failed as unknown in the end.
  public var isUnknown: Bool

  enum CodingKeys: String, CodingKey {
    case id, phone, text, round, hop, attempts
    case isUnknown = "unknown"
    case customerID = "customer_id"
  }

  public init(
    id: Int64, customerID: Int64, phone: String, text: String, round: Int = 0, hop: Int = 0, attempts: Int = 0,
    isUnknown: Bool = false
  ) {
    self.id = id
    self.customerID = customerID
    self.phone = phone
    self.text = text
    self.round = round
    self.hop = hop
    self.attempts = attempts
    self.isUnknown = isUnknown
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    id = try container.decode(Int64.self, forKey: .id)
    customerID = try container.decode(Int64.self, forKey: .customerID)
    phone = try container.decode(String.self, forKey: .phone)
    text = try container.decode(String.self, forKey: .text)
    round = try container.decodeIfPresent(Int.self, forKey: .round) ?? 0
    hop = try container.decodeIfPresent(Int.self, forKey: .hop) ?? 0
    attempts = try container.decodeIfPresent(Int.self, forKey: .attempts) ?? 0
    isUnknown = try container.decodeIfPresent(Bool.self, forKey: .isUnknown) ?? false
  }

  /// Zeros are left out: almost every message is a first issue.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encode(customerID, forKey: .customerID)
    try container.encode(phone, forKey: .phone)
    try container.encode(text, forKey: .text)
    if round != 0 { try container.encode(round, forKey: .round) }
    if hop != 0 { try container.encode(hop, forKey: .hop) }
    if attempts != 0 { try container.encode(attempts, forKey: .attempts) }
    if isUnknown { try container.encode(isUnknown, forKey: .isUnknown) }
  }
}
