import Contracts
import Testing

@testable import Stats

struct FactBufferTests {
  @Test func aMessageOfOneBufferIsOneFactAndIdsAscend() {
    var buffer = FactBuffer()
    for id in [9, 3, 7, 3, 9] {
      for status in [MessageStatus.queued, .sent] {
        buffer.add(MessageFact(Outcome(messageID: Int64(id), mailoutID: 1, customerID: 1, status: status, at: 1)))
      }
    }
    let facts = buffer.takeAll()
    #expect(facts.map(\.id) == [3, 7, 9])
    #expect(facts.allSatisfy { $0.status == .sent })
    #expect(buffer.isEmpty)
  }
}
