import Contracts
import FoundationEssentials
import Testing

@testable import Customer

@Suite struct ImportLineScannerTests {
  private func scan(_ line: String) -> ImportLine.Fields? { ImportLineScanner.fields(Array(line.utf8)[...]) }

  @Test(arguments: [
    #"{}"#,
    #"{"phone":"79161234567"}"#,
    "\t{ \"phone\" : \"1\" , \"email\" : null , \"tags\" : [ ] , \"attributes\" : { } } \r",
    #"{"tags":["a","b c"],"attributes":{"city":"M\u00fcnchen","x":"\"\\\/\b\f\n\r\t"},"first_name":"\u0418\uD83D\uDE42 🙂"}"#,
    #"{"first_name":"","tags":null,"attributes":null}"#,
  ])
  func theUsualLineIsReadAsADecoderReadsIt(_ line: String) throws {
    let fields = try #require(scan(line))
    var members: [String: JSON] = [:]
    for (column, text) in fields.texts { members[column.name] = .string(text) }
    members["tags"] = fields.tags.map { .array($0.map(JSON.string)) }
    members["attributes"] = fields.attributes.map { .object($0.mapValues(JSON.string)) }
    guard case .object(let decoded) = try JSON.parse(Array(line.utf8)) else {
      Issue.record("no object")
      return
    }
    #expect(members == decoded.filter { $0.value != .null })
  }

  @Test(arguments: [
    "", "{", "}", "[]", "null", "{\"phone\"}", "{\"phone\":}", "{\"phone\":1}", "{\"phone\":\"1\",}",
    "{\"phone\":\"1\"}}",
    "{\"phone\":\"1\"} x", "{\"phone\":\"1\" \"email\":\"2\"}", "{\"colour\":\"red\"}", "{\"tags\":\"a\"}",
    "{\"tags\":[1]}",
    "{\"tags\":[\"a\",]}", "{\"attributes\":{\"a\":null}}", "{\"attributes\":[]}", "{\"phone\":\"1",
    "{\"phone\":\"\\x\"}",
    "{\"phone\":\"\\u12\"}", "{\"phone\":\"\\uD800\"}", "{\"phone\":\"\\uDC00\"}", "{\"phone\":\"\\uD800\\u0041\"}",
    "{\"phone\":\"a\u{1}b\"}", "{\"phone\":nul", "{\"phone\":\"\\",
  ])
  func anyOtherLineIsLeftToTheDecoder(_ line: String) {
    #expect(scan(line) == nil)
  }
}
