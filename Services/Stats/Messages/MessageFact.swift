import Contracts

/// What is known of one message after one piece of news, or after several put together.
struct MessageFact: Sendable, Equatable {
  var id: Int64
  var mailoutID: Int64
  var customerID: Int64
  var status: MessageStatus
  /// `Standing.ordinal`.
  var standing: Int64
  var attempts: Int
  /// Microseconds since 1970, as below; nil while nobody has said.
  var queuedAt: Int64?
  var finishedAt: Int64?
  var latency: Int?
  var reason: String?
  var providerMessageID: String?

  init(_ outcome: Outcome) {
    id = outcome.messageID
    mailoutID = outcome.mailoutID
    customerID = outcome.customerID
    status = outcome.status
    standing = outcome.standing.ordinal
    attempts = outcome.attempts
    // Of a message that is no mailout's the order itself is told.
    queuedAt = outcome.status == .queued ? outcome.at : nil
    finishedAt = outcome.status.isFinal ? outcome.at : nil
    latency = outcome.latency
    reason = outcome.reason
    providerMessageID = outcome.providerMessageID
  }

  init(queued message: QueuedBatch.Message, of batch: QueuedBatch) {
    id = message.id
    mailoutID = batch.mailoutID
    customerID = message.customerID
    status = .queued
    standing = Standing(round: message.round, hop: message.hop, status: .queued).ordinal
    attempts = message.attempts
    queuedAt = batch.issuedAt
  }

  init(
    id: Int64, mailoutID: Int64, customerID: Int64, status: MessageStatus, standing: Int64, attempts: Int,
    queuedAt: Int64?, finishedAt: Int64?, latency: Int?, reason: String?, providerMessageID: String?
  ) {
    self.id = id
    self.mailoutID = mailoutID
    self.customerID = customerID
    self.status = status
    self.standing = standing
    self.attempts = attempts
    self.queuedAt = queuedAt
    self.finishedAt = finishedAt
    self.latency = latency
    self.reason = reason
    self.providerMessageID = providerMessageID
  }

  /// See `Standing`.
  var round: Int { Int(standing >> 32) }
  var hop: Int { Int(standing >> 8) & Standing.hops.upperBound }

  /// After a receipt: nothing of this round overtakes it. When it was sent stays, where that is known.
  /// - Parameter instant: microseconds since 1970.
  func delivered(at instant: Int64) -> MessageFact {
    var fact = self
    fact.finishedAt = status == .sent ? finishedAt : instant
    fact.status = .delivered
    fact.standing = Standing(round: round, hop: Standing.receiptHop | hop, status: .delivered).ordinal
    fact.reason = nil
    return fact
  }

  /// Both pieces of news together: the later one stands, and the first queueing is kept. Commutative, associative and
  /// idempotent, so that order and repetition of news do not matter.
  func merged(with other: MessageFact) -> MessageFact {
    var later = standing >= other.standing ? self : other
    if let queuedAt, let others = other.queuedAt {
      later.queuedAt = min(queuedAt, others)
    } else {
      later.queuedAt = queuedAt ?? other.queuedAt
    }
    return later
  }
}
