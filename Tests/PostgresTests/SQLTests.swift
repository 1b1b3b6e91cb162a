import Testing

@testable import Postgres

@Suite struct SQLTests {
  @Test func numbersItsParameters() {
    let sql: SQL = "a = \(1) and b = \("x") and c = \(Int?.none)"
    #expect(sql.text == "a = $1 and b = $2 and c = $3")
    #expect(sql.parameterCount == 3)
  }

  @Test func renumbersWhatItNests() {
    let inner: SQL = "\(1)::int + \(2)"
    let sql: SQL = "x = \(0) or y in (\(fragment: inner)) or z = \(fragment: inner)\(raw: " -- end")"
    #expect(sql.text == "x = $1 or y in ($2::int + $3) or z = $4::int + $5 -- end")
    #expect(sql.parameterCount == 5)
  }

  @Test func nestsDeeply() {
    var sql: SQL = "\(0)"
    for index in 1...12 { sql = "(\(fragment: sql), \(index))" }
    #expect(sql.text.hasPrefix("(((((((((((($1, $2), $3)"))
    #expect(sql.text.hasSuffix(", $9), $10), $11), $12), $13)"))
    #expect(sql.parts.parameters.map { sql.parts.values.bytes[$0.start + 7] } == Array(0...12))
  }

  @Test func keepsDigitsApartFromNumbers() {
    let sql: SQL = "\(1)0 \(2)\(raw: "5")"
    let nested: SQL = "\(0)\(fragment: "7") \(fragment: sql)"
    #expect(sql.text == "$1 0 $2 5")
    #expect(nested.text == "$1 7 $2 0 $3 5")
  }

  @Test func joins() {
    #expect(SQL.join([], separator: ", ").text.isEmpty)
    #expect(SQL.join(["a = \(1)", "b = \(2)"], separator: " and ").text == "a = $1 and b = $2")
  }

  @Test func keepsNullApartFromEmpty() {
    let sql: SQL = "\("")\([UInt8]())\(String?.none)"
    #expect(sql.parts.parameters.map { $0.start < 0 } == [false, false, true])
  }

  @Test func notesZeroBytesInText() {
    let text: SQL = "\("a\0b")"
    let nested: SQL = "x \(fragment: text)"
    let bytes: SQL = "\([UInt8]([0, 1]))"
    #expect(text.parts.hasZeroByte && nested.parts.hasZeroByte && !bytes.parts.hasZeroByte)
  }
}
