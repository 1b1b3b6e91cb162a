import Contracts
import TestSupport
import Testing

@testable import Gateway

@Suite struct JSONCheckerTests {
  @Test(arguments: [
    "{}", "[]", "null", "true", "false", "0", "-0", "1.5e+10", "-12.25E-3", "\"\"", "  { \"a\" : [ 1 , 2 ] }\n",
    #"{"a":{"b":[null,true,false,"\u00e9\n\"\\\/"]}}"#, #""\ud83d\ude00""#, "\"naïve 😀\"",
  ])
  func accepts(_ text: String) throws {
    try JSONChecker.check(Array(text.utf8))
  }

  @Test(arguments: [
    "", "   ", "{", "[", "{]", "[1,]", "[,1]", "{\"a\":1,}", "{\"a\"}", "{a:1}", "{'a':1}", "01", "1.", ".5", "-", "+1",
    "1e", "tru", "nul", "True", "NaN", "Infinity", "\"", "\"\\x\"", "\"\\u12g4\"", #""\ud83d""#, #""\ude00""#,
    #""\ud83dx""#, #""\ud83dA""#, "\"\n\"", "\"\u{1}\"", "1 2", "{}{}", "{} x", "\u{FEFF}{}", "[1 2]", "{\"a\" 1}",
    "// comment\n1", "\0",
  ])
  func refuses(_ text: String) {
    #expect(throws: Problem.self) { try JSONChecker.check(Array(text.utf8)) }
  }

  @Test(
    arguments: [
      [0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
      [0x22, 0xF5, 0x80, 0x80, 0x80, 0x22],
    ] as [[UInt8]])
  func refusesWhatIsNoUTF8(_ bytes: [UInt8]) {
    #expect(throws: Problem.self) { try JSONChecker.check(bytes) }
  }

  @Test func namesThePlace() {
    let problem = #expect(throws: Problem.self) {
      try JSONChecker.check(Array("{\n  \"a\": 1,\n  \"b\": x\n}".utf8))
    }
    #expect(problem?.code == .malformed)
    #expect(problem?.detail == "The body is not valid JSON: line 3, column 8: a value is expected.")
  }

  @Test func limitsDepth() throws {
    func nested(_ depth: Int) -> [UInt8] {
      Array(String(repeating: "[", count: depth).utf8) + Array(String(repeating: "]", count: depth).utf8)
    }
    try JSONChecker.check(nested(JSONChecker.maxDepth))
    #expect(throws: Problem.self) { try JSONChecker.check(nested(JSONChecker.maxDepth + 1)) }
    #expect(throws: Problem.self) { try JSONChecker.check([UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)) }
  }

  /// What is accepted travels inside an envelope: a parser must find in it exactly one value, of the same text.
  @Test func acceptsNothingThatBreaksAnEnvelope() throws {
    var random = SeededRandom(seed: 7)
    let seeds = [
      #"{"phone":"79161234567","tags":["a","b"],"n":-1.5e3}"#, #"[[],{},"\\\"",null,true]"#, #"{"a":{"b":"\u00e9"}}"#,
    ]
    let marks = Array(#"{}[],:"\ 0-1.eEtfnu"#.utf8)
    var accepted = 0
    for _ in 0..<20_000 {
      var bytes = Array(seeds[Int.random(in: 0..<seeds.count, using: &random)].utf8)
      for _ in 0...Int.random(in: 0...2, using: &random) {
        let index = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes.remove(at: index)
        case 1: bytes.insert(marks[Int.random(in: 0..<marks.count, using: &random)], at: index)
        default: bytes[index] = marks[Int.random(in: 0..<marks.count, using: &random)]
        }
      }
      guard (try? JSONChecker.check(bytes)) != nil else { continue }
      accepted += 1
      let envelope = Array(#"{"data":"#.utf8) + bytes + Array(#","principal":"anna"}"#.utf8)
      guard let parsed = try? JSON.parse(envelope) else {
        // Numbers too large for a Double are all that a checked text may fail with.
        #expect(bytes.contains { $0 | 0x20 == UInt8(ascii: "e") }, "\(String(decoding: bytes, as: UTF8.self))")
        continue
      }
      #expect(parsed["principal"] == "anna")
      #expect(parsed["data"] == (try JSON.parse(bytes)))
    }
    #expect(accepted > 100)
  }
}
