import Testing

@testable import Customer

@Suite struct CSVReaderTests {
  private func read(_ text: String, firstLine: Int = 1) -> [(line: Int, fields: [String]?)] {
    var reader = CSVReader(Array(text.utf8), firstLine: firstLine)
    var records: [(line: Int, fields: [String]?)] = []
    while let record = reader.next() { records.append((reader.line, record == .fields ? reader.fields : nil)) }
    return records
  }

  @Test(arguments: [
    ("a,b,c\n", ["a", "b", "c"]),
    ("a,b,c", ["a", "b", "c"]),
    ("a,b,c\r\n", ["a", "b", "c"]),
    ("a,,\n", ["a", "", ""]),
    (",\n", ["", ""]),
    ("\"a,b\",\"c\"\"d\",\"\"\n", ["a,b", "c\"d", ""]),
    ("\"a\nb\",c\n", ["a\nb", "c"]),
    ("\"a\r\nb\",c\r\n", ["a\r\nb", "c"]),
    ("\"\"\"\",\"\"\"x\"\"\"\n", ["\"", "\"x\""]),
    ("a\"b,c\"\"d\n", ["a\"b", "c\"\"d"]),
    ("a\rb,c\n", ["a\rb", "c"]),
    (" a , b \n", [" a ", " b "]),
    ("Привет,\"🙂\"\n", ["Привет", "🙂"]),
  ])
  func fieldsOfOneRecord(_ text: String, _ fields: [String]) {
    let records = read(text)
    #expect(records.count == 1)
    #expect(records.first?.fields == fields)
  }

  @Test func linesAreCountedThroughQuotesAndEmptyLines() {
    let records = read("a\n\n\"x\ny\nz\"\r\n\r\nb\n\"q\"r\nc", firstLine: 10)
    #expect(records.map(\.line) == [10, 12, 16, 17, 18])
    #expect(records.map(\.fields) == [["a"], ["x\ny\nz"], ["b"], nil, ["c"]])
  }

  @Test func aQuoteThatNeverEndsTakesTheRest() {
    let records = read("a\n\"b\nc\nd\n")
    #expect(records.count == 2)
    #expect(records[1].fields == nil)
  }

  @Test func nothingIsNoRecord() {
    #expect(read("").isEmpty)
    #expect(read("\n\r\n\n").isEmpty)
  }
}
