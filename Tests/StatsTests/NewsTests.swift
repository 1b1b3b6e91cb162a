import Contracts
import Testing

@testable import Stats

/// Deliveries that no row could hold are refused at once: tried again and again they would hold up everything else.
struct NewsTests {
  private static func body(_ outcome: Outcome) -> [UInt8] {
    EnvelopeFrame(id: "1", source: "/test", type: OutcomeGroup.type, time: "2026-01-01T00:00:00Z")
      .bytes(data: OutcomeGroup(outcomes: [outcome]).bytes)
  }

  private static let good = Outcome(
    messageID: 1, mailoutID: 1, customerID: 1, status: .rejected, round: 1, hop: 2, attempts: 3, reason: "http_400",
    at: 60_000_000, latency: 12, answer: "no", provider: "default")

  @Test func aGoodOutcomeIsAFactAndAnAttempt() throws {
    let news = try News(Self.body(Self.good), from: Topology.statsOutcomes)
    #expect(news.facts == [MessageFact(Self.good)])
    #expect((news.facts[0].round, news.facts[0].hop) == (1, 2))
    #expect(news.attempts.map(\.answer) == ["no"])
  }

  @Test(
    arguments: [
      { (outcome: inout Outcome) in outcome.messageID = 0 }, { $0.mailoutID = -1 }, { $0.attempts = 2_000_000 },
      { $0.round = 1 << 40 }, { $0.round = -1 }, { $0.at = .max }, { $0.at = -1 }, { $0.latency = 1 << 40 },
      { $0.latency = -1 }, { $0.hop = 1 << 45 }, { $0.hop = -1 },
    ] as [@Sendable (inout Outcome) -> Void])
  func whatNoColumnHoldsIsRefused(change: @Sendable (inout Outcome) -> Void) {
    var outcome = Self.good
    change(&outcome)
    let body = Self.body(outcome)
    #expect(throws: Problem.self) { try News(body, from: Topology.statsOutcomes) }
  }

  @Test func textsAreCutAndHaveNoNUL() throws {
    var outcome = Self.good
    outcome.reason = "a\0b" + String(repeating: "x", count: 5_000)
    outcome.answer = String(repeating: "\0", count: 10)
    let news = try News(Self.body(outcome), from: Topology.statsOutcomes)
    let reason = try #require(news.facts[0].reason)
    #expect(reason.hasPrefix("abx") && reason.utf8.count < 250)
    #expect(news.attempts[0].answer == "")
  }
}
