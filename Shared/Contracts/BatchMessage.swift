/// What one customer gets from one mailout. `id` is the provider's int64 msgId.
public struct BatchMessage: Sendable, Equatable {
  public var id: Int64
  public var customerID: Int64
  /// E.164 digits without "+".
  public var phone: String
  public var text: String
  /// See `Standing`.
  public var round: Int
  public var hop: Int
  /// Attempts already made in this round.
  public var attempts: Int
  /// The end of an earlier call in this round is unknown: the provider may have the message. So it goes to no other
  /// provider, and unless an answer comes it has failed as unknown in the end.
  public var isUnknown: Bool

  public init(
    id: Int64, customerID: Int64, phone: String, text: String, round: Int = 0, hop: Int = 0, attempts: Int = 0,
    isUnknown: Bool = false
  ) {
    self.id = id
    self.customerID = customerID
    self.phone = phone
    self.text = text
    self.round = round
    self.hop = hop
    self.attempts = attempts
    self.isUnknown = isUnknown
  }
}
