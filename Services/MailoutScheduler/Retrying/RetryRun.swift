import Contracts
import FoundationEssentials

/// Carries an order to send again out, a page at a time: from the statistics into the waiting set, whose way the
/// messages then go under their old ids.
struct RetryRun: Sendable {
  static let page = 1_000

  let tools: DriverTools
  let mailout: Mailout

  enum Step: Sendable {
    case taken
    /// Statistics do not know every message's end yet, or do not answer.
    case wait
    /// Another driver's.
    case stale
  }

  func step(_ order: RetryOrder, now: Date) async throws -> Step {
    let query = FailedMessagesQuery(
      mailoutID: mailout.id, reasons: order.reasons, endedBefore: Timestamp.microseconds(order.cutoff),
      after: order.cursor, limit: Self.page)
    let page: FailedMessages
    do {
      page = try await tools.stats.failedMessages(query)
    } catch {
      // The mailout's other messages go on meanwhile.
      tools.log.debug("statistics cannot say what failed, asking again", [.mailoutID(mailout.id), .error(error)])
      return .wait
    }
    guard order.isComplete(final: page.final, rounds: page.rounds, resent: mailout.resent, now: now) else {
      return .wait
    }
    let at = Timestamp.microseconds(now)
    let messages = page.messages.map {
      WaitingMessage(
        messageID: $0.id, customerID: $0.customerID, dueAt: at, status: .retrying, round: $0.round + 1, hop: 0,
        attempts: 0, reason: "retry")
    }
    let (mailout, tools) = (mailout, tools)
    let taken = try await tools.retries.take(messages, order: order, mailoutID: mailout.id, next: page.next) {
      try await tools.tell(
        messages.map {
          Outcome(
            messageID: $0.messageID, mailoutID: mailout.id, customerID: $0.customerID, status: $0.status,
            round: $0.round, hop: $0.hop, reason: $0.reason, at: at)
        }, on: $0)
    }
    if taken {
      tools.log.info("sending failed messages again", [.mailoutID(mailout.id), .field("count", messages.count)])
    }
    return taken ? .taken : .stale
  }
}
