import Contracts
import Testing

@testable import Stats

/// News of a message may come in any order and any number of times: the end is the same.
struct MessageFactTests {
  static func outcome(_ status: MessageStatus, round: Int = 0, hop: Int = 0, attempts: Int = 1, at: Int64 = 60_000_000)
    -> MessageFact
  {
    MessageFact(
      Outcome(
        messageID: 7, mailoutID: 3, customerID: 9, status: status, round: round, hop: hop, attempts: attempts,
        reason: status == .sent ? nil : "\(status)", at: at, latency: 12))
  }

  static var queued: MessageFact {
    MessageFact(
      queued: QueuedBatch.Message(id: 7, customerID: 9),
      of: QueuedBatch(id: 1, mailoutID: 3, issuedAt: 5, messages: []))
  }

  @Test func anyOrderAndRepetitionEndsTheSame() {
    let news = [
      Self.queued, Self.outcome(.retrying), Self.outcome(.expired, hop: 1), Self.outcome(.sent, hop: 1, attempts: 2),
    ]
    var expected = Self.outcome(.sent, hop: 1, attempts: 2)
    expected.queuedAt = 5
    var random = SystemRandomNumberGenerator()
    for _ in 0..<500 {
      let told = (news + news).shuffled(using: &random)
      let end = told.dropFirst().reduce(told[0]) { $0.merged(with: $1) }
      #expect(end == expected)
    }
  }

  @Test func theTallyOfAnyPathIsTheTallyOfItsEnd() {
    let news = [Self.queued, Self.outcome(.expired, at: 120_000_000), Self.outcome(.sent)]
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2], [1, 2, 0], [0, 1, 0, 2, 1]] {
      var tally = Tally()
      var row: MessageFact?
      for index in order {
        let plan = WritePlan(facts: [news[index]], known: row.map { [7: $0] } ?? [:])
        for fact in plan.inserts { tally.replace(nil, by: fact) }
        for change in plan.counted { tally.replace(change.old, by: change.new) }
        row = plan.inserts.first ?? plan.updates.first?.new ?? row
      }
      var expected = Tally()
      expected.replace(nil, by: Self.outcome(.sent))
      #expect(tally == expected)
    }
  }

  /// Each time that retry-failed takes a message up counts once, however the news of it come.
  @Test func roundsAreCounted() {
    var tally = Tally()
    var again = Self.outcome(.failed)
    again.standing += 2 << 32
    tally.replace(nil, by: Self.outcome(.failed))
    tally.replace(Self.outcome(.failed), by: again)
    #expect(tally.changes[Tally.Key(mailoutID: again.mailoutID, count: .rounds)] == 2)
    tally.replace(again, by: again)
    #expect(tally.sorted.filter { $0.kind == "rounds" }.map(\.n) == [2])
  }

  @Test func aLateQueueingOnlyFillsInItsTime() {
    let plan = WritePlan(facts: [Self.queued], known: [7: Self.outcome(.sent)])
    #expect(plan.updates.map(\.new.queuedAt) == [5])
    #expect(plan.counted.isEmpty)
  }

  @Test func oldNewsChangeNothing() {
    var sent = Self.outcome(.sent, hop: 2)
    sent.queuedAt = 1
    let plan = WritePlan(facts: [Self.outcome(.expired, hop: 1)], known: [7: sent])
    #expect(plan.updates.isEmpty && plan.inserts.isEmpty)
  }
}
