import Contracts
import Testing

@testable import Sender

struct AnswerTextTests {
  @Test func aLongAnswerIsCutBetweenCharacters() throws {
    for filler in 0..<8 {
      let text = String(repeating: "x", count: filler) + String(repeating: "ж€😀", count: 60)
      let cut = try #require(AnswerText.cut(Array(text.utf8)))
      #expect(cut.utf8.count <= Outcome.maxAnswer)
      #expect(cut.utf8.count > Outcome.maxAnswer - 4)
      #expect(text.hasPrefix(cut))
    }
  }

  @Test func anythingBecomesValidText() throws {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<500 {
      let bytes = (0..<Int.random(in: 1...600)).map { _ in UInt8.random(in: 0...255, using: &random) }
      guard let cut = AnswerText.cut(bytes) else { continue }
      #expect(cut.utf8.count <= Outcome.maxAnswer)
      #expect(!cut.unicodeScalars.contains { $0.value < 0x20 })
    }
    #expect(AnswerText.cut(Array("a\0b\n".utf8)) == "a b ")
    #expect(AnswerText.cut([]) == nil)
  }
}
