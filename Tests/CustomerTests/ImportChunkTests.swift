import Contracts
import Testing

@testable import Customer

@Suite struct ImportChunkTests {
  private let zones = TimeZoneNames(tzdata: "# version test\nZ UTC 0\nZ Europe/Moscow 0\n")

  private func csv(_ columns: [String], _ text: String, firstLine: Int = 2) throws -> ParsedImport {
    try ImportChunk(format: .csv, columns: columns, firstLine: firstLine, text: text).parse(zones: zones)
  }

  private func lines(_ text: String) throws -> ParsedImport {
    try ImportChunk(format: .ndjson, columns: nil, firstLine: 1, text: text).parse(zones: zones)
  }

  @Test func aLineOfEveryColumn() throws {
    let parsed = try csv(
      ["phone", "timezone", "email", "first_name", "last_name", "tags", "phone_code", "city"],
      "+79161234567,UTC,a@b.cd,Ivan,Petrov,vip; news;,111,Moscow\n")
    let row = try #require(parsed.rows.first)
    #expect(row.phone?.digits == "79161234567")
    #expect(row.phoneCode == "111")
    #expect(row.timezone == "UTC")
    #expect(row.email?.text == "a@b.cd")
    #expect(row.firstName == "Ivan")
    #expect(row.lastName == "Petrov")
    #expect(row.tags == ["news", "vip"])
    #expect(row.attributes == ["city": "Moscow"])
    #expect(parsed.tags == ["news", "vip"])
    #expect(parsed.attributeNames == ["city"])
  }

  @Test func emptyFieldsAreNotGiven() throws {
    let row = try #require(try csv(["phone", "email", "tags", "city"], "79161234567,,,\n").rows.first)
    #expect(row.email == nil)
    #expect(row.tags == nil)
    #expect(row.attributes.isEmpty)
  }

  @Test func everyBadLineIsNamedWithItsNumberFieldAndReason() throws {
    let parsed = try csv(
      ["phone", "timezone", "first_name"],
      "79161234567,UTC,A\n12,Mars/Base,B\n79161234568,UTC\n,UTC,\"two\nlines\"\n79161234569,UTC,C\n", firstLine: 5)
    #expect(parsed.rows.map(\.line) == [5, 10])
    #expect(parsed.rejected == 3)
    #expect(parsed.faults.map(\.line) == [6, 6, 7, 8])
    #expect(parsed.faults.map(\.field) == ["phone", "timezone", nil, "phone"])
    #expect(parsed.faults[2].detail == "has 2 fields, the header has 3")
    #expect(parsed.count == 5)
  }

  @Test func linesOfOnePhoneAreMergedInOrder() throws {
    let parsed = try csv(
      ["phone", "first_name", "last_name", "tags", "city"],
      "79161234567,A,X,one,Moscow\n79160000000,B,,,\n+79161234567,C,,two,\n")
    #expect(parsed.rows.count == 2)
    #expect(parsed.merged == 1)
    #expect(parsed.rows[0].firstName == "C")
    #expect(parsed.rows[0].lastName == "X", "an empty field leaves what the line before gave")
    #expect(parsed.rows[0].tags == ["two"])
    #expect(parsed.rows[0].attributes == ["city": "Moscow"])
  }

  @Test func linesWithoutPhoneAreMergedByAddress() throws {
    let parsed = try csv(["phone", "email", "first_name"], ",A@b.cd,A\n,a@B.cd,B\n79161234567,a@b.cd,C\n")
    #expect(parsed.rows.count == 2)
    #expect(parsed.merged == 1)
    #expect(parsed.rows[0].firstName == "B")
  }

  @Test func wrongColumnsAreNamed() {
    let problem = #expect(throws: Problem.self) { try csv(["phone", "id", "phone", "a b", ""], "") }
    #expect(problem?.errors.map(\.pointer) == ["/columns/1", "/columns/2", "/columns/3", "/columns/4"])
    #expect(throws: Problem.self) { try csv(["first_name"], "") }
    #expect(throws: Problem.self) { try csv([], "") }
  }

  @Test func objectsAreRead() throws {
    let parsed = try lines(
      """
      {"phone":"79161234567","tags":["vip","a"],"attributes":{"city":"M\\u00fcnchen"},"first_name":null}

      {"email":"a@b.cd","tags":[]}\r
      """)
    #expect(parsed.rows.map(\.line) == [1, 3])
    #expect(parsed.rows[0].tags == ["a", "vip"])
    #expect(parsed.rows[0].attributes == ["city": "München"])
    #expect(parsed.rows[1].tags == [])
    #expect(parsed.rejected == 0)
  }

  @Test func badObjectsDoNotHarmGoodOnes() throws {
    let parsed = try lines(
      """
      {"phone":"79161234567"}
      {"phone":79161234568}
      {"phone":"79161234569","colour":"red","timezone":1}
      nonsense
      [1]
      {"phone":"79161234570","attributes":{"a":null,"id":"x"}}
      {"phone":"79161234571"},{"phone":"79161234572"}
      {"phone":"79161234573"}
      """)
    #expect(parsed.rows.map(\.line) == [1, 8])
    #expect(parsed.rejected == 6)
    #expect(parsed.faults.map(\.line) == [2, 3, 3, 4, 5, 6, 6, 7])
    #expect(
      parsed.faults.map(\.field) == ["phone", "timezone", "colour", nil, nil, "attributes/a", "attributes/id", nil])
  }

  @Test func faultsBeyondTheFirstThousandAreCounted() throws {
    let parsed = try csv(["phone"], String(repeating: "x\n", count: 1500))
    #expect(parsed.rejected == 1500)
    #expect(parsed.faults.count == 1000)
  }

  @Test func aLineAndAllLinesOfOneCustomerHaveOnlySoManyAttributes() throws {
    let names = (0..<65).map { "a\($0)" }
    let values = Array(repeating: "x", count: 64).joined(separator: ",")
    let empty = String(repeating: ",", count: 65)
    let lines = ["79161234567,\(values),x", "79161234568,\(values),", "79161234568\(empty)y"]
    let parsed = try csv(["phone"] + names, lines.joined(separator: "\n"))
    #expect(parsed.rows.map(\.attributes.count) == [64])
    #expect(parsed.rows.map(\.line) == [3], "the line that is too much is not merged into the one before")
    #expect(parsed.merged == 0)
    #expect(parsed.faults.map(\.line) == [2, 4])
    #expect(parsed.faults.map(\.field) == ["attributes", "attributes"])
  }

  /// Whoever counts on from there must not come to the end of the numbers.
  @Test(arguments: [Int.max, 1_000_000_000_001, 0, -1, Int.min])
  func theFirstLinesNumberIsBounded(_ number: Int) {
    for format in [ImportChunk.Format.csv, .ndjson, .json] {
      let chunk = ImportChunk(format: format, columns: ["phone"], firstLine: number, text: "\n\nx\ny\n")
      let problem = #expect(throws: Problem.self) { try chunk.parse(zones: zones) }
      #expect(problem?.errors.map(\.pointer) == ["/first_line"])
    }
  }

  @Test func theGreatestNumberIsCountedOnFrom() throws {
    let most = 1_000_000_000_000
    #expect(try csv(["phone"], "x\n\ny\n", firstLine: most).faults.map(\.line) == [most, most + 2])
  }

  @Test func aChunkIsBounded() {
    #expect(throws: Problem.self) { try csv(["phone"], String(repeating: "x\n", count: 20_001)) }
    #expect(throws: Problem.self) { try csv(["phone"], String(repeating: "x", count: 9 << 20)) }
  }
}
