/// Asks statistics for the messages of a mailout that ended `failed` or `rejected`, in ascending order of id (keyset).
public struct FailedMessagesQuery: Codable, Sendable, Equatable {
  public var mailoutID: Int64
  /// Those that ended for one of these reasons; empty for any.
  public var reasons: [String]
  /// Those that ended at or before it; microseconds since 1970. So what fails again meanwhile is not taken twice.
  public var endedBefore: Int64
  /// Messages with greater ids only.
  public var after: Int64
  public var limit: Int

  enum CodingKeys: String, CodingKey {
    case reasons, after, limit
    case mailoutID = "mailout_id"
    case endedBefore = "ended_before"
  }

  public init(mailoutID: Int64, reasons: [String], endedBefore: Int64, after: Int64, limit: Int) {
    self.mailoutID = mailoutID
    self.reasons = reasons
    self.endedBefore = endedBefore
    self.after = after
    self.limit = limit
  }
}

/// One page of them.
public struct FailedMessages: Codable, Sendable, Equatable {
  public struct Message: Codable, Sendable, Equatable {
    public var id: Int64
    public var customerID: Int64
    /// The round it failed in.
    public var round: Int
    public var reason: String?

    enum CodingKeys: String, CodingKey {
      case id, round, reason
      case customerID = "customer_id"
    }

    public init(id: Int64, customerID: Int64, round: Int, reason: String?) {
      self.id = id
      self.customerID = customerID
      self.round = round
      self.reason = reason
    }
  }

  public var messages: [Message]
  /// Where the next page starts (`after`); nil where there is none.
  public var next: Int64?
  /// Messages of the mailout that statistics know in a final state: fewer than were issued means that news are still on
  /// their way.
  public var final: Int64
  /// How often statistics know messages of the mailout to have been taken up by retry-failed, all together: fewer than
  /// were means the same. nil from statistics of before.
  public var rounds: Int64?

  public init(messages: [Message], next: Int64?, final: Int64, rounds: Int64? = nil) {
    self.messages = messages
    self.next = next
    self.final = final
    self.rounds = rounds
  }
}
