import Contracts
import Testing

@testable import Sender

/// A batch that is well typed and still cannot be called is buried with its reason, not tried again and again.
struct BatchCheckTests {
  private static func batch(_ messages: [(id: Int64, phone: String)]) -> Batch {
    Batch(
      id: 1, mailoutID: 2, provider: "default", issuedAt: 0, deadline: 9,
      messages: messages.map { BatchMessage(id: $0.id, customerID: 1, phone: $0.phone, text: "x") })
  }

  @Test func aSoundBatchPasses() {
    #expect(throws: Never.self) { try BatchConsumer.check(Self.batch([(1, "79161234567"), (2, "1")])) }
  }

  @Test(
    arguments: [
      [], [(1, "1"), (1, "2")], [(1, "")], [(1, "7916123456x")], [(1, "1234567890123456")],
    ] as [[(Int64, String)]])
  func whatCannotBeCalledIsAProblemWithAReason(messages: [(Int64, String)]) {
    let problem = #expect(throws: Problem.self) { try BatchConsumer.check(Self.batch(messages)) }
    #expect(problem?.code == .invalid && problem?.detail.hasPrefix("/data/messages") == true)
  }

  /// What a scheduler of the next version may send is taken, up to a bound.
  @Test func moreThanAnybodySendsIsRefused() {
    func messages(_ count: Int) -> [(id: Int64, phone: String)] { (1...count).map { (Int64($0), "1") } }
    #expect(throws: Never.self) { try BatchConsumer.check(Self.batch(messages(Batch.maxTaken))) }
    #expect(throws: Problem.self) { try BatchConsumer.check(Self.batch(messages(Batch.maxTaken + 1))) }
  }
}
