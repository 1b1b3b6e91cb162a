import TestSupport
import Testing

@testable import Contracts

/// Batches and outcomes on the wire are what they were before it.
struct BatchWireTests {
  private static let pieces = [
    "", "a", "ab", "é", "è", "🙂", "🙃", "\"", "\\", "\n", "Привет, ", "Пример, ", "12345678901234567",
  ]

  private static func text(_ random: inout some RandomNumberGenerator) -> String {
    (0..<Int.random(in: 0...4, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
  }

  private static func envelope(_ type: String, _ data: [UInt8]) -> [UInt8] {
    EnvelopeFrame(id: "1", source: "/test", type: type, time: "t").bytes(data: data)
  }

  /// Texts that begin and end alike in every way, cut in the midst of characters too where it were wrong.
  @Test func anyTextsComeBackWhole() throws {
    var random = SeededRandom(seed: 11)
    for _ in 0..<5_000 {
      let (start, end) = (Self.text(&random), Self.text(&random))
      let count = Int.random(in: 1...5, using: &random)
      let batch = Batch(
        id: 1, mailoutID: 2, provider: "default", issuedAt: 3, deadline: 4,
        messages: (0..<count).map {
          BatchMessage(
            id: Int64($0) + 7, customerID: Int64($0), phone: "7916\($0)", text: start + Self.text(&random) + end,
            round: Int.random(in: 0...1, using: &random), hop: Int.random(in: 0...1, using: &random),
            attempts: Int.random(in: 0...1, using: &random), isUnknown: Bool.random(using: &random))
        })
      let read = try Batch.payload(of: Self.envelope(Batch.type, batch.bytes))
      try #require(read == batch)
      try #require(read.messages.map { Array($0.text.utf8) } == batch.messages.map { Array($0.text.utf8) })
    }
  }

  @Test func whatTextsShareIsSaidOnce() {
    #expect(Self.shared(["Hello Anna, hi", "Hello Boris, hi"]) == [6, 4])
    // Of é and è only the first byte is the same, of the faces all but the last.
    #expect(Self.shared(["aéz", "aèz"]) == [1, 1])
    #expect(Self.shared(["🙂", "🙃"]) == [0, 0])
    // What both ends would claim counts once.
    #expect(Self.shared(["aaa", "aaaa"]) == [3, 0])
    #expect(Self.shared(["same", "same"]) == [4, 0])
    #expect(Self.shared(["", "x"]) == [0, 0])
    #expect(Self.shared(["alone"]) == [0, 0])
    #expect(Self.shared([]) == [0, 0])
  }

  private static func shared(_ texts: [String]) -> [Int] {
    let shared = SharedText(of: texts)
    return [shared.prefix, shared.suffix]
  }

  @Test func anyOutcomesComeBackAsASet() throws {
    var random = SeededRandom(seed: 12)
    for _ in 0..<2_000 {
      let outcomes = (0..<Int.random(in: 0...6, using: &random)).map { number in
        let isPlain = Bool.random(using: &random)
        return Outcome(
          messageID: Int64(number + 1), mailoutID: Int64.random(in: 1...2, using: &random), customerID: Int64(number),
          status: isPlain ? .sent : MessageStatus.allCases.randomElement(using: &random) ?? .failed,
          round: isPlain ? 0 : Int.random(in: 0...1, using: &random),
          attempts: isPlain ? 1 : Int.random(in: 0...2, using: &random),
          reason: isPlain || Bool.random(using: &random) ? nil : "timeout",
          providerMessageID: Bool.random(using: &random) ? "p\(number)" : nil,
          at: Int64.random(in: 0...1_795_251_600_123_456, using: &random),
          latency: Bool.random(using: &random) ? number : nil)
      }
      let bytes = OutcomeGroup(outcomes: outcomes).bytes
      let read = try OutcomeGroup.payload(of: Self.envelope(OutcomeGroup.type, bytes)).outcomes
      try #require(read.sorted { $0.messageID < $1.messageID } == outcomes)
    }
  }

  @Test(arguments: [
    #"{"sent":{"id":[1],"customer_id":[1],"since":1,"at":[0],"latency_ms":[0]}}"#,
    #"{"mailout_id":1,"sent":{"id":[1],"customer_id":[1],"at":[0],"latency_ms":[0]}}"#,
    #"{"mailout_id":1,"sent":{"id":[1],"customer_id":[1],"since":1,"at":[],"latency_ms":[0]}}"#,
    #"{"mailout_id":1,"sent":{"id":[1],"customer_id":[1],"since":9223372036854775807,"at":[1],"latency_ms":[0]}}"#,
    "{}",
  ])
  func damagedOutcomesAreRefused(data: String) {
    #expect(throws: Problem.self) { try OutcomeGroup.payload(of: Self.envelope(OutcomeGroup.type, Array(data.utf8))) }
  }

  @Test(arguments: [
    (#""around":["a"]"#, "/around: expected two texts"),
    (#""around":["a","b","c"]"#, "/around: expected two texts"),
    (#""around":"a""#, "/around: expected an array"),
  ])
  func damagedTextsAreRefused(member: String, place: String) {
    refuses(member + #","messages":{"id":[1,2],"customer_id":[1,2],"phone":["1","2"],"text":["",""]}"#, place)
  }

  @Test(arguments: ["customer_id", "phone", "text", "round", "hop", "attempts", "unknown"])
  func unequalListsAreRefused(name: String) {
    var lists: [String: JSON] = [
      "id": [1, 2], "customer_id": [1, 2], "phone": ["1", "2"], "text": ["a", "b"], "round": [0, 1], "hop": [0, 1],
      "attempts": [0, 1], "unknown": [0, 1],
    ]
    lists[name] = ["phone", "text"].contains(name) ? ["1", "2", "3"] : [1, 2, 3]
    refuses(
      #""messages":"# + String(decoding: JSON.object(lists).bytes, as: UTF8.self), "/\(name): has 3 elements, id has 2")
  }

  /// A few megabytes are not to become gigabytes before anybody has looked at them.
  @Test func sharedTextsAreNotWrittenOutBeyondMeasure() {
    let long = String(repeating: "x", count: 8 * Batch.maxTextBytes / 1000)
    let ids = "[" + (1...1000).map(String.init).joined(separator: ",") + "]"
    let texts = "[" + repeatElement(#""""#, count: 1000).joined(separator: ",") + "]"
    refuses(
      #""around":["\#(long)",""],"messages":{"id":\#(ids),"customer_id":\#(ids),"phone":\#(texts),"text":\#(texts)}"#,
      "/around: makes 1000 texts too long")
  }

  private func refuses(_ members: String, _ place: String) {
    let data = #"{"id":1,"mailout_id":1,"provider":"p","issued_at":1,"deadline":1,"# + members + "}"
    let problem = #expect(throws: Problem.self) { try Batch.payload(of: Self.envelope(Batch.type, Array(data.utf8))) }
    #expect(problem?.detail.contains(place) == true, "\(problem?.detail ?? "")")
  }
}
