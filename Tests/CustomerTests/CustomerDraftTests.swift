import Contracts
import Testing

@testable import Customer

@Suite struct CustomerDraftTests {
  private let zones = TimeZoneNames(tzdata: "# version test\nZ UTC 0\nZ Europe/Moscow 0\n")

  @Test func everyFieldIsRead() throws {
    let draft = try CustomerDraft.read(
      [
        "phone": "+79161234567", "timezone": "Europe/Moscow", "email": "Ivan@example.com", "first_name": "Иван",
        "last_name": "O'Neil", "attributes": ["city": "Moscow", "_x1": ""], "tags": ["vip", "a b", "vip"],
      ], zones: zones)
    #expect(draft.phone?.digits == "79161234567")
    #expect(draft.phoneCode == "916", "derived from the phone")
    #expect(draft.timezone == "Europe/Moscow")
    #expect(draft.email?.text == "Ivan@example.com")
    #expect(draft.firstName == "Иван")
    #expect(draft.lastName == "O'Neil")
    #expect(draft.attributes == ["city": "Moscow", "_x1": ""])
    #expect(draft.tags == ["a b", "vip"])
  }

  @Test func aGivenCodeStands() throws {
    let draft = try CustomerDraft.read(["phone": "79161234567", "phone_code": "999"], zones: zones)
    #expect(draft.phoneCode == "999")
  }

  @Test func everyFaultIsNamedAtOnce() throws {
    let long = JSON.string(String(repeating: "x", count: 1025))
    let problem = #expect(throws: Problem.self) {
      try CustomerDraft.read(
        [
          "phone": "7 916", "phone_code": "9", "timezone": "Mars/Base", "email": "nobody", "first_name": 7,
          "last_name": "", "attributes": ["1a": "x", "phone": "x", "big": long, "n": 3], "tags": ["ok", "a;b", ""],
          "colour": "red",
        ], zones: zones)
    }
    #expect(problem?.code == .invalid)
    #expect(
      Set(problem?.errors.map(\.pointer) ?? []) == [
        "/phone", "/phone_code", "/timezone", "/email", "/first_name", "/last_name", "/attributes/1a",
        "/attributes/phone", "/attributes/big", "/attributes/n", "/tags/1", "/tags/2", "/colour",
      ])
  }

  @Test func thereMustBeAnAddress() {
    let problem = #expect(throws: Problem.self) { try CustomerDraft.read(["first_name": "Ivan"], zones: zones) }
    #expect(problem?.errors == [Problem.Field("/phone", "is required where there is no email")])
    #expect(throws: Never.self) { try CustomerDraft.read(["email": "a@b.cd"], zones: zones) }
  }

  @Test func numbersOfThingsAreBounded() {
    let attributes = Dictionary(uniqueKeysWithValues: (0...64).map { ("a\($0)", JSON.string("x")) })
    let tags = JSON.array((0...64).map { .string("t\($0)") })
    let problem = #expect(throws: Problem.self) {
      try CustomerDraft.read(["phone": "79161234567", "attributes": .object(attributes), "tags": tags], zones: zones)
    }
    #expect(Set(problem?.errors.map(\.pointer) ?? []) == ["/attributes", "/tags"])
  }

  @Test func aBodyIsAnObject() {
    #expect(throws: Problem.self) { try CustomerDraft.read([1, 2], zones: zones) }
  }
}
