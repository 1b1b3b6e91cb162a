/// What senders must know of a live mailout besides its batches: told to all of them on `mailout.control` whenever it
/// changes, and as a snapshot to one that starts or was cut off. The greatest revision stands; where a batch is younger,
/// the batch does.
public struct MailoutControl: Contract, Equatable {
  public static let type = "mailout.control.v1"

  public var mailoutID: Int64
  public var revision: Int64
  /// `running`: call; `paused`: what is not yet called waits; `cancelled`, `finished`: it is not called any more.
  public var status: MailoutStatus
  /// No call starts at or after it; microseconds since 1970.
  public var deadline: Int64
  /// Calls a second over all senders; nil for no limit of its own.
  public var rateLimit: Int?
  /// The latest end it had before, where that was later: a batch in a queue may say it still, so until then this is not
  /// to be forgotten.
  public var formerDeadline: Int64?

  enum CodingKeys: String, CodingKey {
    case revision, status, deadline
    case mailoutID = "mailout_id"
    case rateLimit = "rate_limit"
    case formerDeadline = "former_deadline"
  }

  public init(
    mailoutID: Int64, revision: Int64, status: MailoutStatus, deadline: Int64, rateLimit: Int?,
    formerDeadline: Int64? = nil
  ) {
    self.mailoutID = mailoutID
    self.revision = revision
    self.status = status
    self.deadline = deadline
    self.rateLimit = rateLimit
    self.formerDeadline = formerDeadline
  }
}

/// Every mailout that may still have messages at senders or in their queues; the reply to `mailout.control-snapshot`.
public struct ControlSnapshot: Codable, Sendable, Equatable {
  public var mailouts: [MailoutControl]

  public init(mailouts: [MailoutControl]) { self.mailouts = mailouts }
}
