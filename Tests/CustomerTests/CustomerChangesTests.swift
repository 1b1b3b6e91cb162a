import Contracts
import Testing

@testable import Customer

@Suite struct CustomerChangesTests {
  private let zones = TimeZoneNames(tzdata: "# version test\nZ UTC 0\nZ Europe/Moscow 0\n")

  private func state() throws -> CustomerDraft {
    try CustomerDraft.read(
      [
        "phone": "79161234567", "timezone": "UTC", "email": "a@b.cd", "first_name": "Ivan",
        "attributes": ["city": "Moscow", "size": "L"], "tags": ["vip"],
      ], zones: zones)
  }

  private func apply(_ changes: JSON) throws -> CustomerDraft {
    try CustomerChanges.read(changes, zones: zones).applied(to: try state())
  }

  @Test func whatIsNotNamedStays() throws {
    #expect(try apply([:]) == state())
  }

  @Test func nullClears() throws {
    let draft = try apply([
      "phone": nil, "timezone": nil, "first_name": nil, "attributes": nil, "tags": nil,
    ])
    #expect(draft == CustomerDraft(email: try EmailAddress("a@b.cd")))
  }

  @Test func attributesAreMergedByName() throws {
    #expect(try apply(["attributes": ["size": nil, "age": "7"]]).attributes == ["city": "Moscow", "age": "7"])
  }

  @Test func tagsAreReplaced() throws {
    #expect(try apply(["tags": ["b", "a"]]).tags == ["a", "b"])
  }

  @Test func theCodeFollowsThePhone() throws {
    #expect(try apply(["phone": "79031234567"]).phoneCode == "903")
    #expect(try apply(["phone": "4915112345678"]).phoneCode == "49-1511")
    #expect(try apply(["phone": "79031234567", "phone_code": "111"]).phoneCode == "111")
    #expect(try apply(["phone_code": "111"]).phoneCode == "111")
    #expect(try apply(["phone_code": nil]).phoneCode == "916")
  }

  @Test func anAddressMustRemain() {
    #expect(throws: Problem.self) { try apply(["phone": nil, "email": nil]) }
  }

  @Test func attributesStayBounded() {
    let more = Dictionary(uniqueKeysWithValues: (0..<63).map { ("a\($0)", JSON.string("x")) })
    #expect(throws: Problem.self) { try apply(["attributes": .object(more)]) }
  }

  /// Imports of old have given some customers more: they must not be locked by that.
  @Test func whoHasTooManyAttributesCanStillBeChangedButGetsNoMore() throws {
    var draft = try state()
    draft.attributes = Dictionary(uniqueKeysWithValues: (0..<70).map { ("a\($0)", "x") })
    func apply(_ changes: JSON) throws -> CustomerDraft {
      try CustomerChanges.read(changes, zones: zones).applied(to: draft)
    }
    #expect(try apply(["first_name": "Anna"]).attributes == draft.attributes)
    #expect(try apply(["attributes": ["a0": "y"]]).attributes["a0"] == "y")
    #expect(try apply(["attributes": ["a0": nil, "a1": nil, "new": "x"]]).attributes.count == 69)
    let problem = #expect(throws: Problem.self) { try apply(["attributes": ["new": "x"]]) }
    #expect(problem?.errors.map(\.pointer) == ["/attributes"])
  }

  @Test func everyFaultIsNamedAtOnce() {
    let problem = #expect(throws: Problem.self) { try apply(["phone": "x", "timezone": 1, "id": 7]) }
    #expect(problem?.errors.map(\.pointer) == ["/phone", "/timezone", "/id"])
  }
}
