import Contracts
import Testing

@testable import Gateway

@Suite struct JSONArraySplitterTests {
  private let limits = ImportLimits(lines: 3, bytes: 60, lineBytes: 40, inFlight: 3)

  private func split(_ pieces: [ArraySlice<UInt8>]) throws -> [ImportChunk] {
    var splitter = JSONArraySplitter(limits: limits)
    var chunks: [ImportChunk] = []
    for piece in pieces {
      try splitter.feed(Array(piece))
      chunks += splitter.takeChunks()
    }
    try splitter.finish()
    return chunks + splitter.takeChunks()
  }

  @Test(arguments: [
    "[]", " [ ] \n", "[{}]", "[{\"a\":1},{\"a\":2}]", "[1,\"a,b\",null,[1,[2]],{\"a\":{\"b\":[]}}]",
    "\u{FEFF}[{\"a\":\"]}\\\"[{\"}]", "[\n  {\n    \"a\": 1\n  },\r\n\t{ \"b\" : \"\\\\\" }\n]\n",
    "[{\"a\":\"é😀\"},{\"a\":\"\\u00e9\"}]", "[1,2,3,4,5,6,7,8,9]", "[\"\",\" \"]",
  ])
  func elementsBecomeLines(_ text: String) throws {
    let bytes = Array(text.utf8)
    let plain = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    guard case .array(let elements) = try JSON.parse(plain) else { return }
    let whole = try split([bytes[...]])
    let lines = whole.flatMap(\.text).split(separator: 0x0A)
    #expect(try lines.map { try JSON.parse(Array($0)) } == elements)
    #expect(whole.flatMap(\.text).count { $0 == 0x0A } == elements.count)
    #expect(whole.flatMap(\.faults).isEmpty)
    for cut in 0...bytes.count { #expect(try split([bytes[..<cut], bytes[cut...]]) == whole) }
    #expect(try split(bytes.indices.map { bytes[$0...$0] }) == whole)
  }

  @Test(arguments: [
    "", "  ", "{}", "{\"a\":1}\n{\"a\":2}", "[", "[1", "[1,", "[1,]", "[,1]", "[1,,2]", "[1]]", "[1] 2", "[}", "[1}",
    "[{\"a\":1]", "[\"a", "[\"a\nb\"]", "x",
  ])
  func refusesWhatIsNoArray(_ text: String) {
    let problem = #expect(throws: Problem.self) { try split([Array(text.utf8)[...]]) }
    #expect(problem?.code == .malformed)
  }

  @Test func skipsElementsThatAreTooLong() throws {
    let long = String(repeating: "x", count: 100)
    let text = Array("[{\"a\":1},{\"a\":\"\(long)\"},{\"a\":3}]".utf8)
    for cut in 0...text.count {
      let chunks = try split([text[..<cut], text[cut...]])
      #expect(chunks.flatMap(\.faults) == [ImportFault(line: 2, field: nil, detail: "is longer than 40 bytes")])
      #expect(String(decoding: chunks.flatMap(\.text), as: UTF8.self) == "{\"a\":1}\n\n{\"a\":3}\n")
    }
  }
}
