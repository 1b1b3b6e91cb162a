import Contracts
import Testing

struct FieldReaderTests {
  @Test func everyFaultIsToldAtOnceWithItsPointer() {
    var reader = FieldReader(["name": 5, "start_at": "2026-01-01T00:00:00", "extra/one": true, "tags": ["a", 7, ""]])
    _ = reader.string("name", max: 10)
    _ = reader.timestamp("start_at")
    _ = reader.strings("tags", maxCount: 5, max: 10)
    _ = reader.integer("missing", required: true)
    let problem = #expect(throws: Problem.self) { try reader.finish() }
    #expect(problem?.code == .invalid)
    #expect(
      problem?.errors.map(\.pointer)
        == ["/name", "/start_at", "/tags/1", "/tags/2", "/missing", "/extra~1one"])
  }

  @Test func aNestedObjectKeepsItsPointer() {
    var reader = FieldReader(["filter": ["tag": "vip"]])
    let filter: Int? = reader.object("filter") { filter in
      _ = filter.strings("tags", maxCount: 3, max: 10)
      return 1
    }
    #expect(filter == 1)
    let problem = #expect(throws: Problem.self) { try reader.finish() }
    #expect(problem?.errors.map(\.pointer) == ["/filter/tag"])
    #expect(problem?.errors.first?.detail.contains("known are: tags") == true)
  }

  @Test func aNaiveTimestampIsToldWhatItLacks() {
    var reader = FieldReader(["at": "2026-11-21T09:00:00"])
    #expect(reader.timestamp("at") == nil)
    #expect(reader.errors.first?.detail.contains("zone") == true)
  }

  @Test func nullIsAbsentUnlessRequired() {
    var reader = FieldReader(["a": nil, "b": nil])
    #expect(reader.string("a", max: 5) == nil)
    #expect(reader.errors.isEmpty)
    #expect(reader.string("b", required: true, max: 5) == nil)
    #expect(reader.errors.map(\.pointer) == ["/b"])
  }

  @Test(arguments: ["\u{0}", "a\u{1b}[0m", "\u{7f}"])
  func controlCharactersAreRefused(text: String) {
    var reader = FieldReader(["a": .string(text)])
    #expect(reader.string("a", max: 100) == nil)
    #expect(!reader.errors.isEmpty)
  }

  /// As JSON Schema counts them, which is how the limits are described: a letter with its accent may be two.
  @Test func charactersAreCodePoints() {
    var reader = FieldReader(["five": "e\u{301}abc", "six": "e\u{301}abcd", "wide": "жжжжж"])
    #expect(reader.string("five", max: 5) != nil)
    #expect(reader.string("wide", max: 5) != nil)
    #expect(reader.string("six", max: 5) == nil)
    #expect(reader.errors.map(\.pointer) == ["/six"])
  }

  @Test func whatIsNoObjectIsSaid() {
    let reader = FieldReader([1, 2])
    let problem = #expect(throws: Problem.self) { try reader.finish() }
    #expect(problem?.errors.first?.detail == "must be an object, not an array")
  }
}
