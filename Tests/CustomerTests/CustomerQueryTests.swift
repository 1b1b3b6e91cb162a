import Contracts
import Testing

@testable import Customer

@Suite struct CustomerQueryTests {
  private let zones = TimeZoneNames(tzdata: "# version test\nZ UTC 0\n")

  @Test func everyFilterIsRead() throws {
    let query = try CustomerQuery.read(
      [
        "filter": [
          "tag": ["b", "a", "b"], "phone_code": "916", "timezone": ["UTC"], "phone": "+79161234567",
          "email": "A@b.cd", "q": "iv",
        ],
        "limit": 10, "sort": "-created_at", "after": .string(PageCursor(after: 5, sort: "-created_at").text),
      ], zones: zones)
    #expect(query.tags == ["a", "b"])
    #expect(query.phoneCodes == ["916"])
    #expect(query.timezones == ["UTC"])
    #expect(query.phone == "79161234567")
    #expect(query.email == "A@b.cd")
    #expect(query.text == "iv")
    #expect(query.limit == 10)
    #expect(query.isDescending)
    #expect(query.after == 5)
  }

  /// As docs and descriptions say, whoever asks and over which way.
  @Test func aPageHasAHundredWhereNobodySaysOtherwise() throws {
    #expect(try CustomerQuery.read([:], zones: zones).limit == 100)
    #expect(try CustomerQuery.search([:], zones: zones).limit == 100)
    #expect(try NamedQuery.read([:], .tag).limit == 100)
    #expect(try ErasureQuery.read([:]).page.limit == 100)
  }

  @Test func nothingAskedIsTheFirstPageOfAll() throws {
    #expect(try CustomerQuery.read([:], zones: zones) == CustomerQuery())
  }

  @Test func everyFaultIsNamedAtOnce() {
    let problem = #expect(throws: Problem.self) {
      try CustomerQuery.read(
        [
          "filter": [
            "tag": [1], "phone_code": "x", "timezone": "Mars", "phone": ["79161234567", "79161234568"], "colour": "red",
          ],
          "limit": 1001, "sort": "name", "after": "x",
        ], zones: zones)
    }
    #expect(
      Set(problem?.errors.map(\.pointer) ?? []) == [
        "/filter/tag/0", "/filter/phone_code", "/filter/timezone", "/filter/phone", "/filter/colour", "/limit", "/sort",
        "/after",
      ])
  }
}
