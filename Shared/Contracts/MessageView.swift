/// A message as people are shown it, whichever service answers.
public struct MessageView: Sendable, Equatable {
  public var id: Int64
  /// `NoMailout.id` and 0 are shown as null.
  public var mailoutID: Int64
  public var customerID: Int64
  public var status: MessageStatus
  /// Only of a message that is no mailout's.
  public var own: OwnText?
  public var attempts = 0
  public var reason: String?
  public var providerMessageID: String?
  /// Milliseconds.
  public var latency: Int?
  /// Microseconds since 1970, as below.
  public var queuedAt: Int64?
  public var finishedAt: Int64?

  public init(id: Int64, mailoutID: Int64, customerID: Int64, status: MessageStatus) {
    self.id = id
    self.mailoutID = mailoutID
    self.customerID = customerID
    self.status = status
  }

  public var json: JSON {
    func instant(_ value: Int64?) -> JSON { value.map { .string(Timestamp.format(microseconds: $0)) } ?? .null }
    func text(_ value: String?) -> JSON { value.map { .string($0) } ?? .null }
    return [
      "id": .integer(id), "mailout_id": mailoutID == NoMailout.id ? .null : .integer(mailoutID),
      "customer_id": customerID == 0 ? .null : .integer(customerID), "text": text(own?.text),
      "end_at": instant(own?.endAt), "status": .string(status.rawValue), "attempts": .integer(Int64(attempts)),
      "error": text(reason), "provider_message_id": text(providerMessageID),
      "latency_ms": latency.map { .integer(Int64($0)) } ?? .null, "queued_at": instant(queuedAt),
      "finished_at": instant(finishedAt),
    ]
  }
}
