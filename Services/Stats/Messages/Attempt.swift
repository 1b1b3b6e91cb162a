import Contracts

/// One call for one message, as its outcome tells of it.
struct Attempt: Sendable, Equatable {
  /// (message, round, hop, number): the same attempt is recorded once, however often it is told.
  var messageID: Int64
  var round: Int
  var hop: Int
  /// Counted from 1 within a round. A call that cost no attempt (429, for one) has the number of those before it.
  var number: Int
  /// When it was answered or given up; microseconds since 1970.
  var at: Int64
  /// Milliseconds.
  var latency: Int?
  var provider: String?
  var status: MessageStatus
  var reason: String?
  var answer: String?

  /// nil where no call was made, and for a plain success at the first attempt: its message's row says it all.
  init?(_ outcome: Outcome) {
    guard outcome.latency != nil || outcome.provider != nil, !Self.isPlain(outcome) else { return nil }
    messageID = outcome.messageID
    round = outcome.round
    hop = outcome.hop
    number = outcome.attempts
    at = outcome.at
    latency = outcome.latency
    provider = outcome.provider
    status = outcome.status
    reason = outcome.reason
    answer = outcome.answer
  }

  /// The attempt that a message's row stands for; nil where no such success was its last news.
  init?(plain fact: MessageFact) {
    guard fact.status == .sent || fact.status == .delivered, fact.attempts == 1, fact.reason == nil,
      let finishedAt = fact.finishedAt
    else { return nil }
    messageID = fact.id
    round = fact.round
    hop = fact.hop
    number = 1
    at = finishedAt
    latency = fact.latency
    status = .sent
  }

  init(
    messageID: Int64, round: Int, hop: Int, number: Int, at: Int64, latency: Int?, provider: String?,
    status: MessageStatus, reason: String?, answer: String?
  ) {
    self.messageID = messageID
    self.round = round
    self.hop = hop
    self.number = number
    self.at = at
    self.latency = latency
    self.provider = provider
    self.status = status
    self.reason = reason
    self.answer = answer
  }

  private static func isPlain(_ outcome: Outcome) -> Bool {
    outcome.status == .sent && outcome.attempts == 1 && outcome.reason == nil
  }

  /// All calls for a message in their order: those recorded, and the one its own row stands for.
  static func all(of fact: MessageFact, recorded: [Attempt]) -> [Attempt] {
    (recorded + [Attempt(plain: fact)].compactMap { $0 }).sorted {
      ($0.round, $0.hop, $0.number, $0.at) < ($1.round, $1.hop, $1.number, $1.at)
    }
  }

  /// As `GET /api/messages/{id}` shows it.
  var json: JSON {
    [
      "round": .integer(Int64(round)), "hop": .integer(Int64(hop)), "attempt": .integer(Int64(number)),
      "at": .string(Timestamp.format(microseconds: at)),
      "latency_ms": latency.map { .integer(Int64($0)) } ?? .null, "provider": provider.map { .string($0) } ?? .null,
      "status": .string(status.rawValue), "reason": reason.map { .string($0) } ?? .null,
      "answer": answer.map { .string($0) } ?? .null,
    ]
  }
}
