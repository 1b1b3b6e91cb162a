import Contracts
import Testing

@testable import MailoutScheduler

struct BatchPlannerTests {
  private func messages(_ count: Int, text: String) -> [BatchMessage] {
    (0..<count).map { BatchMessage(id: Int64($0), customerID: 1, phone: "79160000001", text: text) }
  }

  @Test func atMost1000InOneAndNobodyLost() {
    let batches = BatchPlanner.split(messages(2001, text: "short"))
    #expect(batches.map(\.count) == [1000, 1000, 1])
    #expect(batches.joined().map(\.id) == (0..<2001).map { Int64($0) })
  }

  /// The worst texts: nothing in common, and every character is escaped to two bytes.
  @Test func theBytesOfABatchStayWithinTheWiresLimit() {
    let texts = (0..<300).map { "\($0) " + String(repeating: "\"", count: 4096) + " \($0)" }
    let messages = texts.enumerated().map {
      BatchMessage(id: Int64($0), customerID: 1, phone: "79160000001", text: $1)
    }
    let batches = BatchPlanner.split(messages)
    #expect(batches.count > 1)
    for batch in batches { #expect(bytes(of: batch) <= Batch.maxBytes + 1024) }
  }

  @Test func whatTextsShareCountsOnceOnTheWireAndEachTimeInMemory() {
    let long = messages(1000, text: String(repeating: "x", count: 1000))
    #expect(BatchPlanner.split(long).map(\.count) == [1000])
    #expect(bytes(of: long) < 64 * 1024)
    let longest = messages(1000, text: String(repeating: "x", count: 4096))
    #expect(BatchPlanner.split(longest).map(\.count) == [256, 256, 256, 232])
  }

  private func bytes(of messages: [BatchMessage]) -> Int {
    Batch(id: 1, mailoutID: 1, provider: "default", issuedAt: 0, deadline: 0, messages: messages).bytes.count
  }

  @Test func aBatchIsAtMostTwoSecondsOfItsMailoutsRate() {
    #expect(BatchPlanner.maxCount(rateLimit: nil) == Batch.maxCount)
    #expect(BatchPlanner.maxCount(rateLimit: 1) == 2)
    #expect(BatchPlanner.maxCount(rateLimit: 50) == 100)
    #expect(BatchPlanner.maxCount(rateLimit: 1_000_000) == Batch.maxCount)
  }

  @Test func aSmallerCountIsObeyed() {
    #expect(BatchPlanner.split(messages(5, text: "x"), maxCount: 2).map(\.count) == [2, 2, 1])
    #expect(BatchPlanner.split([]).isEmpty)
  }
}
