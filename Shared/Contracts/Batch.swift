/// The unit on the wire: at most 1,000 messages of one mailout for one provider, written once and published as the same
/// bytes however often. Read by the sender (calls) and by stats (`queued` rows).
public struct Batch: Sendable, Equatable {
  public static let type = "mailout.batch.v2"
  /// The most messages that are put into one batch.
  public static let maxCount = 1_000
  /// The most that are taken: that of the next version may be more, and its schedulers run beside senders of this one.
  public static let maxTaken = 2_000
  /// The most bytes of one batch's messages on the wire.
  public static let maxBytes = 256 * 1024
  /// The most bytes of their texts, written out: what a sender holds of each of its batches.
  public static let maxTextBytes = 1024 * 1024

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
