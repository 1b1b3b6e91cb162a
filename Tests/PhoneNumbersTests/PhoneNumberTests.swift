import Testing

@testable import PhoneNumbers

@Suite struct PhoneNumberTests {
  /// A country's number, and the code of its network or area.
  struct Known: Sendable, CustomTestStringConvertible {
    let country: String
    let digits: String
    let code: String?
    var testDescription: String { "\(country) \(digits)" }

    init(_ country: String, _ digits: String, _ code: String?) {
      self.country = country
      self.digits = digits
      self.code = code
    }
  }

  static let known: [Known] = [
    Known("7", "79161234567", "916"), Known("7", "74951234567", "495"), Known("7", "77011234567", "701"),
    Known("1", "12015550123", "201"), Known("1", "14165550134", "416"), Known("20", "201001234567", "100"),
    Known("27", "27711234567", "71"), Known("31", "31612345678", "6"), Known("32", "32470123456", "470"),
    Known("33", "33612345678", "6"), Known("34", "34612345678", "612"), Known("39", "393123456789", "312"),
    Known("39", "390612345678", "06"), Known("41", "41781234567", "78"), Known("43", "43664123456", "664"),
    Known("44", "447400123456", "7400"), Known("45", "4532123456", "32"), Known("46", "46701234567", "70"),
    Known("47", "4740612345", "406"), Known("48", "48512345678", "512"), Known("49", "4915112345678", "1511"),
    Known("52", "522221234567", "222"), Known("55", "5511961234567", "11"), Known("61", "61412345678", "412"),
    Known("62", "62812345678", "812"), Known("65", "6581234567", "8123"), Known("81", "819012345678", "90"),
    Known("82", "821020000000", "10"), Known("84", "84912345678", "91"), Known("86", "8613123456789", "131"),
    Known("90", "905012345678", "501"), Known("91", "918123456789", "81234"), Known("98", "989123456789", "912"),
    Known("212", "212650123456", "650"), Known("234", "2348021234567", "802"), Known("351", "351912345678", "912"),
    Known("358", "358412345678", "41"), Known("359", "35943012345", "43"), Known("372", "37251234567", "5123"),
    Known("374", "37477123456", "77"), Known("375", "375294911911", "29"), Known("380", "380501234567", "50"),
    Known("420", "420601123456", "601"), Known("683", "6834000", nil), Known("852", "85251234567", "5123"),
    Known("971", "971501234567", "50"), Known("972", "972502345678", "50"), Known("995", "995555123456", "555"),
    Known("996", "996700123456", "700"), Known("998", "998912345678", "91"),
  ]

  @Test(arguments: known) func everyCountryHasItsNumbers(_ number: Known) throws {
    let read = try PhoneNumber(digits: number.digits[...].utf8)
    #expect(read.digits == number.digits)
    #expect(read.destination.country == number.country)
    #expect(read.destination.code == number.code)
  }

  /// Ranges that are given out to nobody are numbers all the same.
  @Test(arguments: ["79991234567", "12125550199", "4915999999999", "441632960961", "2906123"])
  func rangesAreNotAskedFor(_ digits: String) throws {
    #expect(try PhoneNumber(digits: digits[...].utf8).digits == digits)
  }

  @Test(arguments: [
    ("999999999", PhoneNumberFault.noCountry), ("2101234567", .noCountry), ("89161234567", .noCountry),
    ("7916123456", .tooShort), ("123456", .tooShort), ("1201555012", .tooShort), ("12015550", .tooShort),
    ("79161234567890123", .tooLong), ("120155501234", .tooLong), ("3361234567", .tooShort),
    ("12345678901234567890", .tooLong), ("", .unreadable),
  ])
  func whatNoCountryHasIsRefused(_ digits: String, _ fault: PhoneNumberFault) {
    #expect(throws: fault) { try PhoneNumber(digits: digits[...].utf8) }
  }

  @Test func aTrunkPrefixIsLeftOut() throws {
    #expect(try PhoneNumber(digits: "49015112345678"[...].utf8).digits == "4915112345678")
    #expect(try PhoneNumber(digits: "788161234567"[...].utf8).digits == "78161234567")
    #expect(
      try PhoneNumber(digits: "390612345678"[...].utf8).digits == "390612345678", "Italy's 0 belongs to the number")
  }

  /// The short way for country code 7 answers what the library answers.
  @Test func theShortWayIsTheLibrarys() throws {
    var numbers = SystemRandomNumberGenerator()
    for round in 0..<20_000 {
      var national = String(UInt64.random(in: 0..<10_000_000_000, using: &numbers))
      national = String(repeating: "0", count: 10 - national.count) + national
      // Every beginning, again and again.
      let digits = "7\(round % 100 < 10 ? "0" : "")\(round % 100)\(national.dropFirst(2))"
      #expect(PhoneNumber.isRussian(digits[...].utf8))
      #expect(try PhoneNumber.read(Array(digits.utf8)) == digits)
    }
  }
}
