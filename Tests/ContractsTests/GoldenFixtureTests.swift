import Contracts
import Foundation
import Testing

/// What is on the wire stays readable: each fixture was once written by a running system, and every later build reads it
/// and writes the same JSON.
struct GoldenFixtureTests {
  @Test func batch() throws {
    var batch = Self.batch
    #expect(try Batch.payload(of: fixture("mailout.batch.v1")) == batch)
    batch.messages[1].text = "Привет, Борис!"
    try roundTrip(batch, \.bytes)
  }

  @Test func outcomes() throws {
    try roundTrip(Self.outcomes, \.bytes) { $0.outcomes == $1.outcomes }
    #expect(try OutcomeGroup.payload(of: fixture("mailout.outcomes.v1")).outcomes == Self.outcomes.outcomes)
  }

  @Test func consent() throws { try roundTrip(ConsentNews.self) }
  @Test func settled() throws { try roundTrip(BatchSettled.self) }

  @Test(arguments: ["v1", "v2"])
  func eventsTolerateUnknownFields(version: String) throws {
    #expect(try Batch.payload(of: extended("mailout.batch.\(version)")).id == 17)
    #expect(try OutcomeGroup.payload(of: extended("mailout.outcomes.\(version)")).outcomes.count == 2)
    let settled = try Envelope<BatchSettled>.decode(extended("mailout.batch.settled.v1"))
    #expect(settled.data.batchID == 17)
  }

  private func extended(_ name: String) throws -> [UInt8] {
    let text = String(decoding: try fixture(name), as: UTF8.self)
      .replacing(#""data": {"#, with: #""data": {"added_later": {"x": [1]}, "#)
      .replacing(#""specversion""#, with: #""extension": "y", "specversion""#)
    return Array(text.utf8)
  }

  @Test func anotherVersionIsRefused() throws {
    let text = String(decoding: try fixture("mailout.batch.v2"), as: UTF8.self)
      .replacing("mailout.batch.v2", with: "mailout.batch.v3")
    #expect(throws: Problem.self) { try Batch.payload(of: Array(text.utf8)) }
  }

  @Test(arguments: ["", "{}", "[]", "nonsense", "{\"type\":\"mailout.batch.v2\"}", "\u{0}"])
  func nonsenseIsAProblemWithAReason(text: String) {
    let problem = #expect(throws: Problem.self) { try Batch.payload(of: Array(text.utf8)) }
    #expect(problem?.code == .malformed)
    #expect(problem?.detail.isEmpty == false)
  }

  static let batch = Batch(
    id: 17, mailoutID: 3, revision: 4, provider: "default", issuedAt: 1_795_251_600_000_000,
    deadline: 1_795_255_200_000_000, closesAt: 1_795_262_400_000_000, rateLimit: 50,
    messages: [
      BatchMessage(id: 1001, customerID: 42, phone: "79161234567", text: "Привет, \"Анна\"!"),
      BatchMessage(
        id: 1002, customerID: 43, phone: "79161234568", text: "Hi", round: 1, hop: 2, attempts: 3, isUnknown: true),
    ])

  static let outcomes = OutcomeGroup(outcomes: [
    Outcome(
      messageID: 1001, mailoutID: 3, customerID: 42, status: .sent, attempts: 1, providerMessageID: "p-1",
      at: 1_795_251_600_123_456, latency: 12),
    Outcome(
      messageID: 1002, mailoutID: 3, customerID: 43, status: .rejected, round: 1, hop: 2, attempts: 4,
      reason: "code_17", at: 1_795_251_600_123_457),
  ])

  private func roundTrip<W: WireReadable & Equatable>(_ value: W, _ bytes: (W) -> [UInt8]) throws {
    try roundTrip(value, bytes, ==)
  }

  private func roundTrip<W: WireReadable>(_ value: W, _ bytes: (W) -> [UInt8], _ same: (W, W) -> Bool) throws {
    let fixture = try fixture(W.type)
    #expect(same(try W.payload(of: fixture), value))
    let data = fixture[try EnvelopeFrame.read(fixture).data]
    #expect(try JSON.parse(bytes(value)) == JSON.parse(Array(data)))
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
