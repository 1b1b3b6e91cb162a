import Contracts
import Testing

@testable import Stats

struct QueuedBatchTests {
  private static func read(_ messages: String, type: String = Batch.type) throws(Problem) -> QueuedBatch {
    let data = #"{"id":7,"mailout_id":3,"issued_at":5,"messages":"# + messages + "}"
    return try QueuedBatch.payload(
      of: EnvelopeFrame(id: "1", source: "/test", type: type, time: "t").bytes(data: Array(data.utf8)))
  }

  @Test(arguments: [
    (
      "mailout.batch.v1",
      #"[{"id":1,"customer_id":4},{"id":2,"customer_id":5,"round":1,"hop":2,"attempts":3,"text":"x"}]"#
    ),
    (
      "mailout.batch.v2",
      #"{"text":["",""],"id":[1,2],"customer_id":[4,5],"round":[0,1],"hop":[0,2],"attempts":[0,3]}"#
    ),
  ])
  func bothVersionsSayTheSame(type: String, messages: String) throws {
    let batch = try Self.read(messages, type: type)
    #expect(batch.id == 7 && batch.mailoutID == 3 && batch.issuedAt == 5)
    #expect(batch.messages.map { [$0.id, $0.customerID] } == [[1, 4], [2, 5]])
    #expect(batch.messages.map { [$0.round, $0.hop, $0.attempts] } == [[0, 0, 0], [1, 2, 3]])
  }

  @Test(arguments: [
    (#"{"id":[],"customer_id":[]}"#, "lacks mailout_id, issued_at or messages"),
    (#"{"id":[1,0],"customer_id":[4,5]}"#, "/id/1: is not above 0"),
    (#"{"id":[1,2],"customer_id":[4]}"#, "/customer_id: has 1 elements, id has 2"),
    (#"{"id":[1,2],"customer_id":[4,5],"hop":[1]}"#, "/hop: has 1 elements, id has 2"),
  ])
  func whatCannotBeCountedIsRefused(messages: String, reason: String) {
    let problem = #expect(throws: Problem.self) { try Self.read(messages) }
    #expect(problem?.detail.contains(reason) == true, "\(problem?.detail ?? "")")
  }
}
