import Contracts
import TestSupport
import Testing

@testable import Sender

struct JournalCodecTests {
  private static func batch(_ ids: [Int64]) -> Batch {
    Batch(
      id: 1, mailoutID: 3, provider: "default", issuedAt: 0, deadline: 9,
      messages: ids.map { BatchMessage(id: $0, customerID: $0 * 2, phone: "1", text: "", round: 1, hop: 2) })
  }

  private static func result(_ id: Int64, using random: inout some RandomNumberGenerator) -> MessageResult {
    func maybe<T>(_ value: T, _ random: inout some RandomNumberGenerator) -> T? {
      Bool.random(using: &random) ? value : nil
    }
    let at = Int64.random(in: -10...1_900_000_000_000_000, using: &random)
    return MessageResult(
      outcome: Outcome(
        messageID: id, mailoutID: 3, customerID: id * 2, status: MessageStatus.allCases.randomElement(using: &random)!,
        round: 1, hop: 2, attempts: Int.random(in: 0...100, using: &random), reason: maybe("http_500", &random),
        providerMessageID: maybe("x", &random), at: at,
        latency: maybe(.random(in: 0...120_000, using: &random), &random),
        answer: maybe("Добрый день\u{1F600}", &random), provider: maybe("default", &random)),
      dueAt: maybe(at + .random(in: -5...86_400_000_000, using: &random), &random))
  }

  @Test func whatIsWrittenIsReadBack() throws {
    var random = SeededRandom(seed: 29)
    for _ in 0..<200 {
      let ids = Set((0..<200).map { _ in Int64.random(in: 1...Int64.max / 4, using: &random) }).sorted()
      let results = ids.shuffled().map { Self.result($0, using: &random) }
      #expect(try JournalCodec.decode(JournalCodec.encode(results), of: Self.batch(ids)) == results)
    }
    #expect(try JournalCodec.decode(JournalCodec.encode([]), of: Self.batch([])).isEmpty)
  }

  /// The answer to a commit was lost, so it was made again.
  @Test func whatWasJournalledTwiceCountsOnce() throws {
    var random = SeededRandom(seed: 29)
    let results = (1...5).map { Self.result($0, using: &random) }
    let journal = [results[..<3], results[..<3], results[3...]].map { JournalCodec.encode(Array($0)) }
    #expect(try JournalCodec.results(in: journal, of: Self.batch(Array(1...5))) == results)
  }

  /// It is told by the reason, or by the batch.
  @Test func anUnknownAnswerIsReadBack() throws {
    var batch = Self.batch([1, 2, 3])
    batch.messages[1].isUnknown = true
    let reasons = ["unknown: timeout", "circuit_open", "circuit_open"]
    let results = zip(batch.messages, reasons).map { message, reason in
      MessageResult.uncalled(.deferred, reason, message: message, mailoutID: 3, now: 5, dueAt: 6)
    }
    let read = try JournalCodec.decode(JournalCodec.encode(results), of: batch)
    #expect(read.map(\.isUnknown) == [true, true, false])
  }

  @Test func aPlainSuccessTakesFewBytes() {
    let results = (0..<100).map { index in
      MessageResult(
        outcome: Outcome(
          messageID: 5_000_000 + Int64(index), mailoutID: 3, customerID: 7, status: .sent, attempts: 1,
          at: 1_700_000_000_000_000 + Int64(index) * 500, latency: 4))
    }
    #expect(JournalCodec.encode(results).count < 1000)
  }

  @Test func brokenBytesAreAFaultAndNoCrash() throws {
    var random = SeededRandom(seed: 29)
    let whole = JournalCodec.encode((1...20).map { Self.result($0, using: &random) })
    let batch = Self.batch(Array(1...20))
    for length in 0..<whole.count {
      // Cut between two results it is a shorter row; anywhere else it is refused.
      let read = try? JournalCodec.decode(Array(whole[..<length]), of: batch)
      #expect((read?.count ?? 0) < 20)
    }
    for _ in 0..<2000 {
      var bytes = whole
      bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
      _ = try? JournalCodec.decode(bytes, of: batch)
    }
    #expect(throws: Problem.self) { try JournalCodec.decode(Array("[]".utf8), of: batch) }
  }
}
