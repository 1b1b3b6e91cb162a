/// A sender's word that every message of a batch is settled, and which of them have to wait.
public struct BatchSettled: Contract {
  public static let type = "mailout.batch.settled.v1"

  public var batchID: Int64
  public var mailoutID: Int64
  public var provider: String
  /// Messages of the batch, those that wait included.
  public var count: Int
  public var waiting: [WaitingMessage]

  enum CodingKeys: String, CodingKey {
    case provider, count, waiting
    case batchID = "batch_id"
    case mailoutID = "mailout_id"
  }

  public init(batchID: Int64, mailoutID: Int64, provider: String, count: Int, waiting: [WaitingMessage]) {
    self.batchID = batchID
    self.mailoutID = mailoutID
    self.provider = provider
    self.count = count
    self.waiting = waiting
  }
}

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

  enum CodingKeys: String, CodingKey {
    case status, round, hop, attempts, reason
    case messageID = "id"
    case customerID = "customer_id"
    case dueAt = "due_at"
  }

  public init(
    messageID: Int64, customerID: Int64, dueAt: Int64, status: MessageStatus, round: Int, hop: Int, attempts: Int,
    reason: String?
  ) {
    self.messageID = messageID
    self.customerID = customerID
    self.dueAt = dueAt
    self.status = status
    self.round = round
    self.hop = hop
    self.attempts = attempts
    self.reason = reason
  }
}
