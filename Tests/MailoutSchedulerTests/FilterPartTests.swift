import Contracts
import Testing

@testable import MailoutScheduler

struct FilterPartTests {
  @Test func aValueIsThereOnceAndGoesAgain() throws {
    var filter = AudienceFilter(tags: ["a"])
    try FilterPart.tag.add("b", to: &filter)
    try FilterPart.tag.add("a", to: &filter)
    try FilterPart.phoneCode.add("916", to: &filter)
    #expect(filter == AudienceFilter(tags: ["a", "b"], phoneCodes: ["916"]))
    try FilterPart.tag.remove("a", from: &filter)
    #expect(filter.tags == ["b"])
    let missing = #expect(throws: Problem.self) { try FilterPart.tag.remove("a", from: &filter) }
    #expect(missing?.code == .notFound)
  }

  @Test func aFilterHoldsSoManyAndNoMore() throws {
    var filter = AudienceFilter(tags: (0..<100).map { "t\($0)" })
    let full = #expect(throws: Problem.self) { try FilterPart.tag.add("one more", to: &filter) }
    #expect(full?.code == .conflict)
    try FilterPart.tag.add("t7", to: &filter)
  }

  @Test(arguments: [
    JSON.object([:]), ["phone_code": "91a"], ["phone_code": ""], ["phone_code": "123456789"],
    ["phone_code": "916", "tag": "x"],
  ])
  func whatIsNoPhoneCodeIsRefused(body: JSON) {
    let problem = #expect(throws: Problem.self) { try FilterPart.phoneCode.read(body) }
    #expect(problem?.code == .invalid)
  }
}
