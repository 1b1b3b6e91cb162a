/// The unit on the wire: at most 500 messages of one mailout for one provider, written once and published as the same
/// bytes however often. Read by the sender (calls) and by stats (`queued` rows).
public struct Batch: Contract, Equatable {
  public static let type = "mailout.batch.v1"
  /// The most messages that are put into one batch.
  public static let maxCount = 500
  /// The most that are taken: a scheduler of the next version may run beside a sender of this one.
  public static let maxTaken = 1_000
  /// The most bytes of one batch's messages.
  public static let maxBytes = 128 * 1024

  public var id: Int64
  public var mailoutID: Int64
  /// The mailout's revision when the batch was made: a `MailoutControl` of a greater one overrides what stands here.
  public var revision: Int64
  public var provider: String
  /// When the scheduler took the ids; microseconds since 1970.
  public var issuedAt: Int64
  /// When its customers were read, by the customer service's database; microseconds since 1970. A sender that does not know
  /// of every opt-out since then hands the messages back, to be issued anew; nil is the beginning of time.
  public var asOf: Int64?
  /// No call starts at or after it (the mailout's `end_at`); microseconds since 1970.
  public var deadline: Int64
  /// No call starts at or after it either, but what is left then waits for the next opening: the end of the customers'
  /// local hours; microseconds since 1970, nil where the mailout has none.
  public var closesAt: Int64?
  /// The mailout's calls a second over all senders; nil for no limit of its own.
  public var rateLimit: Int?
  public var messages: [BatchMessage]

  enum CodingKeys: String, CodingKey {
    case id, revision, provider, deadline, messages
    case mailoutID = "mailout_id"
    case issuedAt = "issued_at"
    case asOf = "as_of"
    case closesAt = "closes_at"
    case rateLimit = "rate_limit"
  }

  public init(
    id: Int64, mailoutID: Int64, revision: Int64 = 0, provider: String, issuedAt: Int64, asOf: Int64? = nil,
    deadline: Int64, closesAt: Int64? = nil, rateLimit: Int? = nil, messages: [BatchMessage]
  ) {
    self.id = id
    self.mailoutID = mailoutID
    self.revision = revision
    self.provider = provider
    self.issuedAt = issuedAt
    self.asOf = asOf
    self.deadline = deadline
    self.closesAt = closesAt
    self.rateLimit = rateLimit
    self.messages = messages
  }
}

extension Batch {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    id = try container.decode(Int64.self, forKey: .id)
    mailoutID = try container.decode(Int64.self, forKey: .mailoutID)
    revision = try container.decodeIfPresent(Int64.self, forKey: .revision) ?? 0
    provider = try container.decode(String.self, forKey: .provider)
    issuedAt = try container.decode(Int64.self, forKey: .issuedAt)
    asOf = try container.decodeIfPresent(Int64.self, forKey: .asOf)
    deadline = try container.decode(Int64.self, forKey: .deadline)
    closesAt = try container.decodeIfPresent(Int64.self, forKey: .closesAt)
    rateLimit = try container.decodeIfPresent(Int.self, forKey: .rateLimit)
    messages = try container.decode([BatchMessage].self, forKey: .messages)
  }
}
