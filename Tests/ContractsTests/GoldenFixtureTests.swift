import Contracts
import Foundation
import Testing

/// What is on the wire stays readable: each fixture was once written by a running system, and every later build reads it
/// and writes the same JSON.
struct GoldenFixtureTests {
  @Test func batch() throws { try roundTrip(Batch.self) }
  @Test func outcomes() throws { try roundTrip(OutcomeGroup.self) }
  @Test func consent() throws { try roundTrip(ConsentNews.self) }
  @Test func settled() throws { try roundTrip(BatchSettled.self) }

  @Test(arguments: ["mailout.batch.v1", "mailout.outcomes.v1", "mailout.batch.settled.v1"])
  func eventsTolerateUnknownFields(name: String) throws {
    let text = String(decoding: try fixture(name), as: UTF8.self)
      .replacing(#""data": {"#, with: #""data": {"added_later": {"x": [1]}, "#)
      .replacing(#""specversion""#, with: #""extension": "y", "specversion""#)
    let bytes = Array(text.utf8)
    switch name {
    case Batch.type: #expect(try Envelope<Batch>.decode(bytes).data.id == 17)
    case OutcomeGroup.type: #expect(try Envelope<OutcomeGroup>.decode(bytes).data.outcomes.count == 2)
    default: #expect(try Envelope<BatchSettled>.decode(bytes).data.batchID == 17)
    }
  }

  @Test func anotherVersionIsRefused() throws {
    let text = String(decoding: try fixture("mailout.batch.v1"), as: UTF8.self)
      .replacing("mailout.batch.v1", with: "mailout.batch.v2")
    #expect(throws: Problem.self) { try Envelope<Batch>.decode(Array(text.utf8)) }
  }

  @Test(arguments: ["", "{}", "[]", "nonsense", "{\"type\":\"mailout.batch.v1\"}", "\u{0}"])
  func nonsenseIsAProblemWithAReason(text: String) {
    let problem = #expect(throws: Problem.self) { try Envelope<Batch>.decode(Array(text.utf8)) }
    #expect(problem?.code == .malformed)
    #expect(problem?.detail.isEmpty == false)
  }

  private func roundTrip<C: Contract>(_ type: C.Type) throws {
    let bytes = try fixture(C.type)
    let envelope = try Envelope<C>.decode(bytes)
    #expect(try JSON.parse(envelope.encoded()) == JSON.parse(bytes))
  }

  private func fixture(_ name: String) throws -> [UInt8] {
    let path = URL(filePath: #filePath).deletingLastPathComponent().path + "/Fixtures/\(name).json"
    return [UInt8](try Data(contentsOf: URL(filePath: path)))
  }
}
