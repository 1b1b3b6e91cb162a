import Contracts
import Testing

@testable import Customer

@Suite struct PhoneTests {
  @Test(arguments: [
    "79161234567", "+79161234567", "+7 916 123-45-67", "+7 (916) 123.45.67", "+7-916-123-45-67",
  ])
  func digitsAreKept(_ text: String) throws {
    #expect(try Phone(text).digits == "79161234567")
  }

  @Test(arguments: ["6834000", "4915112345678", "12015550123", "861312345678", "390612345678"])
  func anyCountry(_ text: String) throws {
    #expect(try Phone(text).digits == text)
    #expect(try Phone("+" + text).digits == text)
  }

  @Test(arguments: [
    "", "+", "123456", "1234567890123456", "09161234567", "7 916 123 45 67", "7-916-1234567", "(7)9161234567",
    "++7916123456", "7916123456a", "７９１６１２３４５６７", "٧٩١٦١٢٣٤٥٦٧", "79161234567\n", "+7916123４567", "+7\u{A0}9161234567",
    "8 (916) 123-45-67", "89161234567", "(495) 123-45-67", "+7 916 123-45-67 ext. 5", "+79161234567;ext=5",
    "tel:+79161234567", "999999999", "7916123456", "+ - ( )", "+7\u{0}9161234567", "' or 1=1 --",
    "+" + String(repeating: " ", count: 40) + "79161234567",
  ])
  func otherTextsAreRefused(_ text: String) {
    #expect(throws: FieldFault.self) { try Phone(text) }
  }

  @Test func theFaultSaysWhatIsWrong() {
    func detail(_ text: String) -> String? {
      #expect(throws: FieldFault.self) { try Phone(text) }?.detail
    }
    #expect(detail("7916")?.contains("too few digits for its country: 4") == true)
    #expect(detail("7 916")?.contains("such as +7 916 123-45-67") == true)
    #expect(detail("0495123")?.contains("not with 0") == true)
    #expect(detail("89161234567")?.contains("no country has") == true)
  }

  @Test func theCodeIsThePhones() throws {
    #expect(try Phone("79161234567").code == "916")
    #expect(try Phone("77011234567").code == "701")
    #expect(try Phone("4915112345678").code == "49-1511")
    #expect(try Phone("19165550100").code == "1-916", "not to be taken for Moscow's 916")
    #expect(try Phone("6834000").code == nil, "Niue has no codes")
  }

  @Test func aGivenCode() throws {
    for text in ["007", "916", "1-916", "49-1511", "44-20", "998-91"] { #expect(try Phone.code(text) == text) }
    for text in ["", "12", "1234", "12a", "१२३", "-916", "1-", "01-916", "1234-5", "1-916-5", "1-123456789", "9 16"] {
      #expect(throws: FieldFault.self) { try Phone.code(text) }
    }
  }
}
