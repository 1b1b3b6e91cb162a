import Contracts
import Testing

@testable import Stats

/// What is held is held for its outcome, and no delivery is handed back before all of its news are.
struct FactBufferTests {
  typealias Buffer = FactBuffer<String>
  private static let start = ContinuousClock.now
  private static let limits = Buffer.Limits(hold: .seconds(1), messages: 1_000, deliveries: 4)

  private static func fact(_ id: Int, _ status: MessageStatus, hop: Int = 0) -> MessageFact {
    var fact = MessageFact(
      Outcome(messageID: Int64(id), mailoutID: 1, customerID: 1, status: status, hop: hop, at: 1))
    if status == .queued { fact.queuedAt = 5 }
    return fact
  }

  private static func news(_ ids: some Sequence<Int>, _ status: MessageStatus, hop: Int = 0) -> News {
    News(facts: ids.map { fact($0, status, hop: hop) })
  }

  @Test func aQueuedMessageWaitsForItsOutcomeAndIsOneNewRow() {
    var buffer = Buffer(limits: Self.limits)
    buffer.add(Self.news([9, 3, 7], .queued), of: "batch", isRepeated: false, at: Self.start)
    #expect(buffer.take(at: Self.start).isEmpty)
    buffer.add(Self.news([7, 3], .sent), of: "first", isRepeated: false, at: Self.start)
    let some = buffer.take(at: Self.start)
    #expect(some.new.map(\.id) == [3, 7] && some.others.isEmpty)
    #expect(some.new.allSatisfy { $0.status == .sent && $0.queuedAt == 5 })
    // The batch is not done with: a crash now must bring message 9 again.
    #expect(some.deliveries == ["first"])
    buffer.add(Self.news([9], .rejected), of: "second", isRepeated: false, at: Self.start)
    let rest = buffer.take(at: Self.start)
    #expect(rest.new.map(\.id) == [9])
    #expect(Set(rest.deliveries) == ["batch", "second"])
    #expect(buffer.isEmpty && buffer.due == nil)
  }

  @Test func holdsWhileAMessageHasNoOutcome() {
    var buffer = Buffer(limits: Self.limits)
    #expect(!buffer.isHolding)
    buffer.add(Self.news([1, 2], .queued), of: "batch", isRepeated: false, at: Self.start)
    buffer.add(Self.news([1], .sent), of: "first", isRepeated: false, at: Self.start)
    #expect(buffer.isHolding)
    buffer.add(Self.news([2], .sent), of: "last", isRepeated: false, at: Self.start)
    #expect(!buffer.isHolding && buffer.readyCount == 2)
  }

  @Test func whatNobodySettlesIsWrittenAsQueued() {
    var buffer = Buffer(limits: Self.limits)
    buffer.add(Self.news(1...2, .queued), of: "old", isRepeated: false, at: Self.start)
    buffer.add(Self.news(3...4, .queued), of: "young", isRepeated: false, at: Self.start + .milliseconds(500))
    #expect(buffer.due == Self.start + .seconds(1))
    let portion = buffer.take(at: Self.start + .seconds(1))
    #expect(portion.new.map(\.id) == [1, 2] && portion.deliveries == ["old"])
    #expect(buffer.due == Self.start + .milliseconds(1_500))
    // Its outcome finds a row now.
    buffer.add(Self.news([1], .sent), of: "late", isRepeated: false, at: Self.start + .seconds(1))
    let late = buffer.take(at: Self.start + .seconds(1))
    #expect(late.new.isEmpty && late.others.map(\.id) == [1])
  }

  @Test func repeatedDeliveriesAndLaterHopsAreComparedWithTheirRows() {
    var buffer = Buffer(limits: Self.limits)
    buffer.add(Self.news([1], .queued), of: "again", isRepeated: true, at: Self.start)
    buffer.add(Self.news([2], .queued, hop: 1), of: "hop", isRepeated: false, at: Self.start)
    buffer.add(Self.news([1], .sent), of: "a", isRepeated: false, at: Self.start)
    buffer.add(Self.news([2], .sent, hop: 1), of: "b", isRepeated: false, at: Self.start)
    let portion = buffer.take(at: Self.start)
    #expect(portion.new.isEmpty && portion.others.map(\.id) == [1, 2])
  }

  @Test func theOlderHalfGoesWhenTheBufferIsFull() {
    var buffer = Buffer(limits: Self.limits)
    for number in 1...4 {
      #expect(!buffer.isFull)
      buffer.add(Self.news([number], .queued), of: "\(number)", isRepeated: false, at: Self.start)
    }
    #expect(buffer.isFull)
    #expect(buffer.take(at: Self.start).deliveries == ["1", "2"])
    #expect(!buffer.isFull)
    #expect(Set(buffer.take(everything: true, at: Self.start).deliveries) == ["3", "4"])
    #expect(buffer.isEmpty)
  }

  @Test func attemptsOfOneMessageAreAllKept() {
    var buffer = Buffer(limits: Self.limits)
    for (hop, status) in [MessageStatus.retrying, .failed].enumerated() {
      let outcome = Outcome(
        messageID: 1, mailoutID: 1, customerID: 1, status: status, hop: hop, attempts: hop + 1, at: 1, latency: 3)
      buffer.add(
        News(facts: [MessageFact(outcome)], attempts: [Attempt(outcome)].compactMap { $0 }), of: "\(hop)",
        isRepeated: false, at: Self.start)
    }
    let portion = buffer.take(at: Self.start)
    #expect(portion.others.map(\.status) == [.failed])
    #expect(portion.attempts.map(\.number) == [1, 2])
    #expect(buffer.take(everything: true, at: Self.start).attempts.isEmpty)
  }

  /// Any news, in any deliveries, taken at any moments.
  @Test func everyDeliveryIsHandedBackOnceAndNeverBeforeItsNews() {
    for _ in 0..<300 {
      var buffer = Buffer(limits: Self.limits)
      var now = Self.start
      var missing: [String: [MessageFact]] = [:]
      var known: [Int64: MessageFact] = [:]
      var back: [String] = []
      func check(_ portion: Buffer.Portion) {
        for fact in portion.new + portion.others { known[fact.id] = known[fact.id]?.merged(with: fact) ?? fact }
        for delivery in portion.deliveries {
          for fact in missing.removeValue(forKey: delivery) ?? [] {
            #expect(
              known[fact.id].map { $0.merged(with: fact) == $0 } == true, "\(delivery) was acknowledged too early")
          }
        }
        back += portion.deliveries
      }
      for number in 0..<40 {
        let ids = Set((0..<Int.random(in: 1...5)).map { _ in Int.random(in: 1...12) })
        let status = [MessageStatus.queued, .queued, .queued, .retrying, .sent].randomElement()!
        let news = Self.news(ids, status, hop: Int.random(in: 0...1))
        missing["\(number)"] = news.facts
        buffer.add(news, of: "\(number)", isRepeated: .random(), at: now)
        now += .milliseconds(Int.random(in: 0...400))
        if Bool.random() { check(buffer.take(at: now)) }
      }
      check(buffer.take(everything: true, at: now))
      #expect(buffer.isEmpty && back.count == 40 && Set(back).count == 40)
    }
  }
}

extension FactBufferTests {
  /// Somebody may ask for it at once; and what becomes of it later has a row to meet.
  @Test func anOrderedMessageIsWrittenAtOnceWithTheLatestOfItsTexts() {
    var buffer = FactBuffer<String>()
    let fact = MessageFact(Outcome(messageID: 7, mailoutID: NoMailout.id, customerID: 1, status: .queued, at: 1))
    for revision in [1, 3, 2] {
      let text = OwnText(text: "text \(revision)", endAt: 9, revision: Int64(revision), by: "x")
      buffer.add(
        News(facts: [fact], texts: [7: text]), of: "\(revision)", isRepeated: false, at: .now)
    }
    let portion = buffer.take(at: .now)
    #expect(portion.new.isEmpty && portion.others.map(\.id) == [7])
    #expect(portion.texts.map(\.text.text) == ["text 3"])
    #expect(Set(portion.deliveries) == ["1", "2", "3"])
    #expect(buffer.isEmpty)
  }
}
