/// Messages that have come to an end, many in one event: the data of `message.settled.v1`, and of `message.delivered.v1`
/// for those that a receipt has told of. A message may be told again, and with a later end ("expired", then "sent"); the
/// order of events says nothing, `MessageStatus.rank` does.
public struct SettledMessages: Codable, Sendable, Equatable {
  /// Messages in one event at most.
  public static let maxCount = 500

  public struct Message: Codable, Sendable, Equatable {
    public var id: Int64
    /// nil for a message of no mailout.
    public var mailoutID: Int64?
    /// nil for a test.
    public var customerID: Int64?
    public var status: MessageStatus
    public var attempts: Int
    public var reason: String?
    public var providerMessageID: String?
    /// When it ended; microseconds since 1970.
    public var finishedAt: Int64

    enum CodingKeys: String, CodingKey {
      case id, status, attempts, reason
      case mailoutID = "mailout_id"
      case customerID = "customer_id"
      case providerMessageID = "provider_message_id"
      case finishedAt = "finished_at"
    }

    public init(
      id: Int64, mailoutID: Int64?, customerID: Int64?, status: MessageStatus, attempts: Int, reason: String?,
      providerMessageID: String?, finishedAt: Int64
    ) {
      self.id = id
      self.mailoutID = mailoutID
      self.customerID = customerID
      self.status = status
      self.attempts = attempts
      self.reason = reason
      self.providerMessageID = providerMessageID
      self.finishedAt = finishedAt
    }

    func append(to bytes: inout [UInt8]) {
      bytes.append(json: #"{"id":"#)
      bytes.append(number: id)
      if let mailoutID { bytes.append(member: "mailout_id", number: mailoutID) }
      if let customerID { bytes.append(member: "customer_id", number: customerID) }
      bytes.append(member: "status", status.rawValue)
      bytes.append(member: "attempts", number: Int64(attempts))
      if let reason { bytes.append(member: "reason", reason) }
      if let providerMessageID { bytes.append(member: "provider_message_id", providerMessageID) }
      bytes.append(member: "finished_at", number: finishedAt)
      bytes.append(UInt8(ascii: "}"))
    }
  }

  public var messages: [Message]

  public init(messages: [Message]) { self.messages = messages }

  /// As `Codable` would write it: every message passes here.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(16 + messages.count * 128)
    bytes.append(json: #"{"messages":["#)
    for (index, message) in messages.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      message.append(to: &bytes)
    }
    bytes.append(json: "]}")
    return bytes
  }
}
