import Contracts
import TestSupport
import Testing

@testable import Gateway

@Suite struct SplitterTests {
  static let limits = ImportLimits(lines: 3, bytes: 40, lineBytes: 24, inFlight: 3)

  /// Everything a splitter makes of a text that arrives in these pieces.
  private func chunks(_ splitter: any ImportSplitter, _ pieces: [ArraySlice<UInt8>]) throws -> [ImportChunk] {
    var splitter = splitter
    var chunks: [ImportChunk] = []
    for piece in pieces {
      try splitter.feed(Array(piece))
      chunks += splitter.takeChunks()
    }
    try splitter.finish()
    return chunks + splitter.takeChunks()
  }

  /// The same lines, numbers and rejections as the oracle has.
  private func expect(_ chunks: [ImportChunk], _ lines: [SplitterOracle.Line], first: Int, _ place: String) {
    var text: [UInt8] = []
    for line in lines {
      text += line.isRejected ? [UInt8](repeating: 0x0A, count: line.count) : line.text + [0x0A]
    }
    #expect(chunks.flatMap(\.text) == text, "\(place)")
    #expect(chunks.flatMap(\.faults).map(\.line) == lines.filter(\.isRejected).map(\.number), "\(place)")
    #expect(chunks.map(\.number) == Array(1..<(chunks.count + 1)), "\(place)")
    var next = first
    for chunk in chunks {
      #expect(chunk.firstLine == next, "\(place)")
      next += chunk.text.count { $0 == 0x0A }
      #expect(chunk.text.count <= Self.limits.bytes + Self.limits.lineBytes, "\(place)")
    }
  }

  /// All ways to cut a text in two, single bytes, and the whole.
  private func cuts(_ text: [UInt8]) -> [[ArraySlice<UInt8>]] {
    var cuts = (0...text.count).map { [text[..<$0], text[$0...]] }
    cuts.append(text.indices.map { text[$0...$0] })
    cuts.append([text[...]])
    return cuts
  }

  @Test(arguments: [
    "phone,name\n1,a\n2,b\n3,c\n4,d\n", "phone\n1", "phone\r\n1\r\n2\r\n", "\u{FEFF}phone,name\n1,a\n",
    "phone,name\n1,\"a\nb\"\n2,\"x\"\"y\"\n3,c", "phone,name\n1,5\" pipe\n2,b\n", "phone,name\n1,\"a\"b\n2,c\"d\n3,e\n",
    "phone,name\n1,\"never closed\n2,b\n", "phone,name\n1,\"open\n2,b\n3,ccccccccccccccccccccc\n4,d\n5,e\n",
    "phone,\"na\nme\"\n1,a\n\n\n2,b\n", "phone\n1111111111111111111111111\n2\n", "phone\n", "phone", "phone\n\n",
    "phone,name\n1,\"\"\n2,\"\"\"\"\n3,\"\"\"\n\"\n", "phone,name\n1,é😀\n2,ё\n",
  ])
  func csvIsCutBetweenRecords(_ text: String) throws {
    let bytes = Array(text.utf8)
    let plain = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    let lines = SplitterOracle.csv(plain, Self.limits)
    let header = text.hasPrefix("phone,\"na\nme\"") ? 2 : 1
    for pieces in cuts(bytes) {
      let chunks = try chunks(CSVSplitter(limits: Self.limits), pieces)
      expect(chunks, lines, first: header + 1, "\(text.debugDescription) \(pieces.map(\.count))")
    }
  }

  @Test(arguments: [
    "{\"a\":1}\n{\"a\":2}\n", "{\"a\":1}", "", "\n", "\n\n{}\n", "{}\r\n{}\r\n", "\u{FEFF}{}\n{}",
    "{\"a\":\"0123456789012345678901234\"}\n{}\n", "1\n2\n3\n4\n5\n6\n7\n", "\u{FEFF}", "é\n😀\n",
  ])
  func ndjsonIsCutBetweenLines(_ text: String) throws {
    let bytes = Array(text.utf8)
    let plain = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    let lines = SplitterOracle.ndjson(plain, Self.limits)
    for pieces in cuts(bytes) {
      let chunks = try chunks(NDJSONSplitter(limits: Self.limits), pieces)
      expect(chunks, lines, first: 1, "\(text.debugDescription) \(pieces.map(\.count))")
    }
  }

  /// Random texts of the bytes that matter, in random pieces.
  @Test func bordersOfPiecesDoNotMatter() throws {
    var random = SeededRandom(seed: 42)
    let alphabet: [UInt8] = Array("\"\"\n\n,,ab\r".utf8) + [0xC3, 0xA9, 0xFF]
    for round in 0..<600 {
      let body = (0..<Int.random(in: 0...120, using: &random)).map { _ in
        alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
      }
      let csv = Array("phone,name\n".utf8) + body
      var pieces: [ArraySlice<UInt8>] = []
      var rest = csv[...]
      while !rest.isEmpty {
        let piece = rest.prefix(Int.random(in: 1...30, using: &random))
        pieces.append(piece)
        rest = rest[piece.endIndex...]
      }
      let whole = try chunks(CSVSplitter(limits: Self.limits), [csv[...]])
      #expect(try chunks(CSVSplitter(limits: Self.limits), pieces) == whole, "round \(round)")
      expect(whole, SplitterOracle.csv(csv, Self.limits), first: 2, "round \(round)")
      let lines = try chunks(NDJSONSplitter(limits: Self.limits), pieces)
      #expect(lines == (try chunks(NDJSONSplitter(limits: Self.limits), [csv[...]])), "round \(round)")
      expect(lines, SplitterOracle.ndjson(csv, Self.limits), first: 1, "round \(round)")
    }
  }

  @Test func rejectedLinesSayWhy() throws {
    let bytes = Array("p\n".utf8) + [0xFF, 0x0A] + Array(String(repeating: "1", count: 25).utf8) + Array("\n\"2".utf8)
    let faults = try chunks(CSVSplitter(limits: Self.limits), [bytes[...]]).flatMap(\.faults)
    #expect(
      faults == [
        ImportFault(line: 2, field: nil, detail: "is not UTF-8"),
        ImportFault(line: 3, field: nil, detail: "is longer than 24 bytes"),
        ImportFault(line: 4, field: nil, detail: "has a quoted field that never ends"),
      ])
  }
}
