import Contracts
import FoundationEssentials
import Testing

@testable import MailoutScheduler

struct BatchPlannerTests {
  private func messages(_ count: Int, text: String) -> [BatchMessage] {
    (0..<count).map { BatchMessage(id: Int64($0), customerID: 1, phone: "79160000001", text: text) }
  }

  @Test func atMost500InOneAndNobodyLost() {
    let batches = BatchPlanner.split(messages(1001, text: "short"))
    #expect(batches.map(\.count) == [500, 500, 1])
    #expect(batches.joined().map(\.id) == (0..<1001).map { Int64($0) })
  }

  @Test func theBytesOfABatchStayWithinTheWiresLimit() throws {
    // The worst text: every character is escaped to two bytes.
    for batch in BatchPlanner.split(messages(300, text: String(repeating: "\"", count: 4096))) {
      let data = Batch(id: 1, mailoutID: 1, provider: "default", issuedAt: 0, deadline: 0, messages: batch)
      let bytes = try Envelope(id: "x", source: "/x", time: .now, data: data).encoded()
      #expect(bytes.count <= Batch.maxBytes + 1024)
    }
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
