import FoundationEssentials
import TestSupport
import Testing

@testable import Contracts

/// The pull parser against the general decoder: what one takes, the other takes, with the same values.
struct JSONReaderTests {
  @Test(arguments: [
    "null", " true ", "false", "0", "-0", "12", "-7", "9223372036854775807", "-9223372036854775808", "1.5", "1e3",
    "2E-2",
    #""""#, #""a""#, #""\u0041\n\t\"\\\/\b\f\r""#, #""\ud83d\ude42""#, #""Привет""#, "[]", "[ ]", "[1,[2,[]]]", "{}",
    #"{ "a" : 1 , "b":{"c":[null]} }"#, #"{"\u0061":"x"}"#, "[1 , 2]",
  ])
  func readsWhatTheGeneralDecoderReads(_ text: String) throws {
    let decoded = try JSONDecoder().decode(JSON.self, from: Data(text.utf8))
    #expect(try JSON.parse(Array(text.utf8)) == decoded)
  }

  @Test(arguments: [
    "", " ", "nul", "tru", "01", "-", "1.", ".5", "1e", "+1", "9e999", #"""#, #""\x""#, #""\u12""#, #""\ud800""#,
    #""\ud800\u0041""#, "\"\u{1}\"", "[", "[1", "[1,]", "[,1]", "{", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, "{a:1}",
    "1 2",
    "[1] x", "\u{0}",
  ])
  func refusesWhatIsNoJSON(_ text: String) {
    let problem = #expect(throws: Problem.self) { try JSON.parse(Array(text.utf8)) }
    #expect(problem?.code == .malformed)
  }

  @Test func refusesInvalidUTF8() {
    #expect(throws: Problem.self) { try JSON.parse([0x22, 0xFF, 0x22]) }
    #expect(throws: Problem.self) { try JSON.parse([0x22, 0xC0, 0x80, 0x22]) }
  }

  @Test func refusesDeepNesting() {
    let deep = String(repeating: "[", count: 65) + String(repeating: "]", count: 65)
    #expect(throws: Problem.self) { try JSON.parse(Array(deep.utf8)) }
    let allowed = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
    #expect(throws: Never.self) { try JSON.parse(Array(allowed.utf8)) }
  }

  @Test func everyPrefixOfABatchIsRefusedAndNoneTraps() throws {
    let batch = Self.batch
    let whole = EnvelopeFrame(id: "1", source: "/test", type: Batch.type, time: "t").bytes(data: batch.bytes)
    #expect(try Batch.payload(of: whole) == batch)
    for count in 0..<whole.count {
      #expect(throws: Problem.self) { try Batch.payload(of: Array(whole.prefix(count))) }
    }
  }

  @Test func randomDamageNeverTraps() {
    let whole = EnvelopeFrame(id: "1", source: "/test", type: Batch.type, time: "t").bytes(data: Self.batch.bytes)
    var random = SeededRandom(seed: 51)
    for _ in 0..<20_000 {
      var damaged = whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        damaged[Int.random(in: 0..<whole.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      _ = try? Batch.payload(of: damaged)
    }
  }

  @Test(arguments: [
    (#""type":"mailout.batch.v1","data":{"messages":[{"id":1},{"id":"x"}]}"#, "/data/messages/0: lacks customer_id"),
    (#""type":"mailout.batch.v2","data":{"messages":{"id":[1,"x"]}}"#, "/data/messages/id/1: expected a whole number"),
    (
      #""type":"mailout.batch.v2","data":{"messages":{"id":[1,2],"customer_id":[1],"phone":["1"],"text":[]}}"#,
      "/data/messages/customer_id: has 1 elements, id has 2"
    ),
  ])
  func aFaultNamesItsPlace(body: String, place: String) {
    let bytes = Array((#"{"specversion":"1.0","id":"1","source":"/x","# + body + "}").utf8)
    let problem = #expect(throws: Problem.self) { try Batch.payload(of: bytes) }
    #expect(problem?.detail.contains(place) == true)
  }

  static let batch = Batch(
    id: 17, mailoutID: 3, revision: 4, provider: "default", issuedAt: 1_795_251_600_123_456,
    asOf: 1_795_251_599_000_000, deadline: 1_795_255_200_000_000, closesAt: 1_795_252_000_000_000, rateLimit: 50,
    messages: [
      BatchMessage(id: 1001, customerID: 42, phone: "79161234567", text: "Hello \"Anna\"\n🙂"),
      BatchMessage(id: 1002, customerID: 43, phone: "79161234568", text: "", round: 1, hop: 2, attempts: 3),
    ])
}
