/// How one message stands after a sender or the scheduler has dealt with it.
public struct Outcome: Sendable, Equatable {
  /// The most bytes of an answer that are kept.
  public static let maxAnswer = 256

  public var messageID: Int64
  public var mailoutID: Int64
  public var customerID: Int64
  public var status: MessageStatus
  public var round: Int
  public var hop: Int
  /// Calls made so far in this round.
  public var attempts: Int
  /// Why, where it is not `sent`: a short stable word ("timeout", "http_500", "code_17").
  public var reason: String?
  /// The provider's own id for the message, where it names one.
  public var providerMessageID: String?
  /// When it came to stand so; microseconds since 1970.
  public var at: Int64
  /// From the call's start to its answer, in milliseconds; nil where no call was made.
  public var latency: Int?
  /// What the provider answered, cut to `maxAnswer` bytes; nil for a plain success, or where no call was made.
  public var answer: String?
  /// Who was called; nil where nobody was, or for a plain success.
  public var provider: String?
  /// The message's own text where it has one and it is new.
  public var own: OwnText?

  public init(
    messageID: Int64, mailoutID: Int64, customerID: Int64, status: MessageStatus, round: Int = 0, hop: Int = 0,
    attempts: Int = 0, reason: String? = nil, providerMessageID: String? = nil, at: Int64, latency: Int? = nil,
    answer: String? = nil, provider: String? = nil, own: OwnText? = nil
  ) {
    self.messageID = messageID
    self.mailoutID = mailoutID
    self.customerID = customerID
    self.status = status
    self.round = round
    self.hop = hop
    self.attempts = attempts
    self.reason = reason
    self.providerMessageID = providerMessageID
    self.at = at
    self.latency = latency
    self.answer = answer
    self.provider = provider
    self.own = own
  }

  public var standing: Standing { Standing(round: round, hop: hop, status: status) }
}
