import Contracts
import Foundation
import Messaging
import Testing

@testable import MailoutScheduler
@testable import Stats

extension Specimen {
  private static let message = MessageFact(
    Outcome(
      messageID: 1001, mailoutID: 17, customerID: 42, status: .rejected, round: 0, hop: 1, attempts: 2,
      reason: "code_17", providerMessageID: "p-1", at: 1_795_251_600_123_456, latency: 12))

  private static var report: JSON {
    var counters = MailoutCounters()
    counters.add(kind: "status", key: "sent", n: 599)
    counters.add(kind: "reason", key: "code_17", n: 1)
    counters.add(kind: "latency", key: "12", n: 600)
    counters.add(kind: "minute", key: "29920860 sent", n: 599)
    return MailoutReport(fact: mailout.fact, counters: counters, now: 1_795_251_660_000_000).json
  }

  static func statistics() throws -> [Contracts.Operation: Specimen] {
    // Rows of the database become these: as they were seen.
    let letter: [String: JSON] = [
      "id": 9, "queue": "stats.outcomes.v1", "reason": "The message is no CloudEvents envelope", "service": "stats",
      "exchange": "mailout.outcomes", "routing_key": "stats", "type": .null, "message_id": .null,
      "received_at": "2026-11-21T09:00:00.000000Z", "replayed_at": .null, "replay_ordered_at": .null,
      "replay_error": .null,
    ]
    let properties = LetterProperties(json: ["content_type": "application/json", "user": "sender"]).json
    let whole = JSON.object(letter.merging(["body": "nonsense", "bytes": 8, "properties": properties]) { $1 })
    let attempt = try #require(
      Attempt(
        Outcome(
          messageID: 1001, mailoutID: 17, customerID: 42, status: .retrying, attempts: 1, reason: "http_500",
          at: 1_795_251_590_000_000, latency: 9, answer: "oops", provider: "default")))
    guard case .object(var read) = message.view(Specimen.single.waits(by: "operator:anna").own).json else { return [:] }
    read["attempts_made"] = [attempt.json]
    let summary: JSON = ["mailout_id": 17, "name": "Spring", "status": "finished", "counts": ["sent": 600]]
    let line = TimelineEntry(
      place: .happening(1), at: 1_795_251_600_000_000, type: "mailout.paused.v1", principal: "operator:anna",
      data: ["id": 17])
    let timeline = Specimen(
      ["id": 17, "limit": 100, "after": "1795251600000000.1.0"],
      reply: TimelinePage([line], [], after: .start, limit: 1).json
    ) {
      _ = try TimelineQuery.read($0)
    }
    return [
      .mailoutTimeline: timeline,
      .customerTimeline: timeline,
      .messageTimeline: timeline,
      .readMessage: .byID(1001, reply: .object(read)),
      .listMessages: Specimen(
        ["filter": ["mailout_id": "17", "customer_id": 42, "status": "rejected"], "limit": 100, "after": "1002"],
        reply: ["items": [message.view().json], "next": "1001"]
      ) { _ = try MessageListQuery.read($0) },
      .messageStats: Specimen(["mailout_id": 17, "status": "sent"], reply: [["status": "sent", "count": 600]]) {
        _ = try MessageTotalsQuery.read($0)
      },
      .recordReceipts: Specimen(
        [
          "receipts": [
            ["message_id": 1001, "delivered_at": "2026-11-21T09:00:00Z"], ["provider_message_id": "p-1"],
          ]
        ],
        reply: [
          "delivered": 1, "unchanged": 0,
          "errors": [["pointer": "/receipts/1", "detail": "names no message that is known here"]],
        ]
      ) { _ = try Receipt.read($0, now: moment) },
      .mailoutStats: .byID(reply: report),
      .statsSummary: Specimen(
        ["limit": 100], reply: ["mailouts": [summary], "messages": ["sent": 600], "next": .null]
      ) { _ in },
      .listDeadLetters: Specimen(
        ["filter": ["queue": "stats.outcomes.v1"], "limit": 100],
        reply: ["items": [.object(letter)], "to_replay": 0, "next": .null]
      ) { _ in },
      .readDeadLetter: .byID(9, reply: whole),
      .replayDeadLetter: .byID(9, reply: whole),
      .replayDeadLetters: Specimen(
        ["queue": "stats.outcomes.v1"],
        reply: ["queue": "stats.outcomes.v1", "reason": .null, "ordered": 12, "to_replay": 12]
      ) { _ in },
      .failedMessages: try Specimen(
        FailedMessagesQuery(
          mailoutID: 17, reasons: ["code_17"], endedBefore: 1_795_251_600_000_000, after: 0, limit: 200),
        reply: FailedMessages(
          messages: [FailedMessages.Message(id: 1001, customerID: 42, round: 0, reason: "code_17")], next: 1001,
          final: 600, rounds: 20)),
    ]
  }
}
