import Testing

@testable import Customer

@Suite struct PageCursorTests {
  @Test(arguments: [PageCursor(after: 7, sort: "-id"), PageCursor(name: "a/+ü?>~", sort: "-id")])
  func cursorsComeBack(_ cursor: PageCursor) throws {
    #expect(try PageCursor(cursor.text, sort: "-id") == cursor)
    #expect(cursor.text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
  }

  @Test func anotherOrderIsRefused() {
    #expect(throws: FieldFault.self) { try PageCursor(PageCursor(after: 7, sort: "id").text, sort: "-id") }
  }

  @Test(arguments: ["", "7", "!!!", "eyJ9", "W10", String(repeating: "A", count: 513)])
  func otherTextsAreRefused(_ text: String) {
    #expect(throws: FieldFault.self) { try PageCursor(text, sort: "id") }
  }
}
