/// A message the scheduler is to issue again, without personal data: the customer is read afresh when it is due.
public struct WaitingMessage: Codable, Sendable, Equatable {
  public var messageID: Int64
  public var customerID: Int64
  /// Not before; microseconds since 1970.
  public var dueAt: Int64
  public var status: MessageStatus
  public var round: Int
  /// The hop it was issued under; the next issue has one more.
  public var hop: Int
  public var attempts: Int
  public var reason: String?
  /// See `BatchMessage.isUnknown`.
  public var isUnknown: Bool

  enum CodingKeys: String, CodingKey {
    case status, round, hop, attempts, reason
    case messageID = "id"
    case customerID = "customer_id"
    case dueAt = "due_at"
    case isUnknown = "unknown"
  }

  public init(
    messageID: Int64, customerID: Int64, dueAt: Int64, status: MessageStatus, round: Int, hop: Int, attempts: Int,
    reason: String?, isUnknown: Bool = false
  ) {
    self.messageID = messageID
    self.customerID = customerID
    self.dueAt = dueAt
    self.status = status
    self.round = round
    self.hop = hop
    self.attempts = attempts
    self.reason = reason
    self.isUnknown = isUnknown
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    messageID = try container.decode(Int64.self, forKey: .messageID)
    customerID = try container.decode(Int64.self, forKey: .customerID)
    dueAt = try container.decode(Int64.self, forKey: .dueAt)
    status = try container.decode(MessageStatus.self, forKey: .status)
    round = try container.decode(Int.self, forKey: .round)
    hop = try container.decode(Int.self, forKey: .hop)
    attempts = try container.decode(Int.self, forKey: .attempts)
    reason = try container.decodeIfPresent(String.self, forKey: .reason)
    isUnknown = try container.decodeIfPresent(Bool.self, forKey: .isUnknown) ?? false
  }

  /// What is not unknown is not named: senders and schedulers of before do not know of it.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(messageID, forKey: .messageID)
    try container.encode(customerID, forKey: .customerID)
    try container.encode(dueAt, forKey: .dueAt)
    try container.encode(status, forKey: .status)
    try container.encode(round, forKey: .round)
    try container.encode(hop, forKey: .hop)
    try container.encode(attempts, forKey: .attempts)
    try container.encodeIfPresent(reason, forKey: .reason)
    if isUnknown { try container.encode(isUnknown, forKey: .isUnknown) }
  }
}
