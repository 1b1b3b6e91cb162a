import Testing

@testable import Customer

@Suite struct EmailAddressTests {
  @Test(arguments: [
    "a@b.cd", "first.last+tag@sub.example.com", "o'neil@example.co.uk", "иван@пример.рф", "A_b-c@ex-ample.com",
  ])
  func addressesAreKeptAsWritten(_ text: String) throws {
    #expect(try EmailAddress(text).text == text)
  }

  @Test(arguments: [
    "", "a", "@b.cd", "a@", "a@b", "a@b.", "a@.cd", "a@-b.cd", "a@b-.cd", ".a@b.cd", "a.@b.cd", "a..b@c.de", "a b@c.de",
    "a@b c.de", "\"a b\"@c.de", "a@[127.0.0.1]", "a@b@c.de", "a\u{0}@b.cd",
  ])
  func otherTextsAreRefused(_ text: String) {
    #expect(throws: FieldFault.self) { try EmailAddress(text) }
  }

  @Test func lengthsAreThoseOfTheStandard() throws {
    let label = String(repeating: "d", count: 62)
    let domain = "\(label).\(label).\(label).com"
    #expect(throws: Never.self) { try EmailAddress("\(String(repeating: "l", count: 64))@\(domain.dropFirst(20))") }
    #expect(throws: FieldFault.self) { try EmailAddress("\(String(repeating: "l", count: 65))@b.cd") }
    #expect(throws: FieldFault.self) { try EmailAddress("\(String(repeating: "l", count: 64))@\(domain)") }
    #expect(throws: FieldFault.self) { try EmailAddress("a@\(String(repeating: "d", count: 64)).com") }
  }
}
