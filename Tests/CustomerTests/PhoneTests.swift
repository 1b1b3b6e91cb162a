import Testing

@testable import Customer

@Suite struct PhoneTests {
  @Test(arguments: ["79161234567", "+79161234567"])
  func digitsAreKept(_ text: String) throws {
    #expect(try Phone(text).digits == "79161234567")
  }

  @Test(arguments: ["1234567", "123456789012345"])
  func sevenToFifteenDigits(_ text: String) throws {
    #expect(try Phone(text).digits == text)
  }

  @Test(arguments: [
    "", "+", "123456", "1234567890123456", "09161234567", "7 916 123 45 67", "7-916-1234567", "(7)9161234567",
    "++7916123456",
    "7916123456a", "７９１６１２３４５６７", "٧٩١٦١٢٣٤٥٦٧", "79161234567\n",
  ])
  func otherTextsAreRefused(_ text: String) {
    #expect(throws: FieldFault.self) { try Phone(text) }
  }

  @Test func theFaultSaysWhatIsAccepted() {
    #expect(throws: FieldFault("must have 7 to 15 digits, country code included; it has 3")) { try Phone("123") }
    let fault = #expect(throws: FieldFault.self) { try Phone("7 916") }
    #expect(fault?.detail.contains("no spaces") == true)
  }

  @Test func russianNumbersHaveACode() throws {
    #expect(try Phone("79161234567").code == "916")
    #expect(try Phone("7916123456").code == nil, "ten digits are no Russian number")
    #expect(try Phone("4915112345678").code == nil)
  }

  @Test func aGivenCodeHasThreeDigits() throws {
    #expect(try Phone.code("007") == "007")
    for text in ["", "12", "1234", "12a", "१२३"] {
      #expect(throws: FieldFault.self) { try Phone.code(text) }
    }
  }
}
