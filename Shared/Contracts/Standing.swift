/// Which of two facts about one message is the later one: the greater (round, hop, rank) stands, in whatever order
/// the facts arrive and however often.
public struct Standing: Comparable, Hashable, Sendable {
  /// Raised by retry-failed: an operator's word to send again.
  public let round: Int
  /// Raised by each new issue from the waiting set.
  public let hop: Int
  public let rank: Int

  public init(round: Int, hop: Int, status: MessageStatus) {
    self.round = round
    self.hop = hop
    rank = status.rank
  }

  /// The same order as one number, for a column: 16 bits of round, 24 of hop, 8 of rank.
  public var ordinal: Int64 { Int64(round) << 32 | Int64(hop) << 8 | Int64(rank) }

  public static func < (left: Standing, right: Standing) -> Bool { left.ordinal < right.ordinal }
}
