/// A sender's word that every message of a batch is settled, and which of them have to wait.
public struct BatchSettled: Contract {
  public static let type = "mailout.batch.settled.v1"

  public var batchID: Int64
  public var mailoutID: Int64
  public var provider: String
  /// Messages of the batch, those that wait included.
  public var count: Int
  /// From the start of its first call to the end of its last, in milliseconds; nil where none was called.
  public var calling: Int?
  public var waiting: [WaitingMessage]

  enum CodingKeys: String, CodingKey {
    case provider, count, waiting
    case calling = "calling_ms"
    case batchID = "batch_id"
    case mailoutID = "mailout_id"
  }

  public init(
    batchID: Int64, mailoutID: Int64, provider: String, count: Int, calling: Int? = nil, waiting: [WaitingMessage]
  ) {
    self.batchID = batchID
    self.mailoutID = mailoutID
    self.provider = provider
    self.count = count
    self.calling = calling
    self.waiting = waiting
  }
}
