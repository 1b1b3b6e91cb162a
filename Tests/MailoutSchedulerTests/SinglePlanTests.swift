import Contracts
import FoundationEssentials
import Testing

@testable import MailoutScheduler

struct SinglePlanTests {
  private static let now = Date(timeIntervalSince1970: 1_795_251_600)

  private static func single(
    _ id: Int64, _ recipient: Single.Recipient, _ text: String, hop: Int = 0, end: TimeInterval = 60
  ) -> Single {
    Single(
      messageID: id, recipient: recipient, text: text, endAt: now.addingTimeInterval(end), hop: hop, createdBy: "x",
      createdAt: now)
  }

  @Test func eachHasItsOwnTextAndThoseOfOneEndGoTogether() throws {
    let plan = try SinglePlan([
      Self.single(1, .customer(5), "Hello {{first_name|you}}"), Self.single(2, .customer(6), "Code {{code}}", hop: 3),
      Self.single(3, .customer(5), "Later", end: 120),
    ])
    #expect(plan.customers == [5, 6])
    #expect(plan.fields == ["code", "first_name"])
    let (ends, gone) = plan.messages([
      AudienceMember(id: 5, phone: "7915", fields: ["first_name": "Ann"]),
      AudienceMember(id: 6, phone: "7916", fields: ["code": "7"]),
    ])
    #expect(gone.isEmpty)
    #expect(
      ends[Self.now.addingTimeInterval(60)] == [
        BatchMessage(id: 1, customerID: 5, phone: "7915", text: "Hello Ann", hop: 1),
        BatchMessage(id: 2, customerID: 6, phone: "7916", text: "Code 7", hop: 4),
      ])
    #expect(ends[Self.now.addingTimeInterval(120)]?.map(\.text) == ["Later"])
  }

  @Test func whoMayNotBeWrittenToAnyMoreIsGone() throws {
    let plan = try SinglePlan([Self.single(1, .customer(5), "a"), Self.single(2, .customer(6), "b")])
    let (ends, gone) = plan.messages([AudienceMember(id: 6, phone: "7")])
    #expect(gone.map(\.messageID) == [1])
    #expect(ends.values.joined().map(\.id) == [2])
  }

  @Test func aTestGoesToItsPhoneWithWhatPlaceholdersAreByDefault() throws {
    let plan = try SinglePlan([Self.single(1, .phone("79161234567"), "Hi {{first_name|friend}}{{code}}!")])
    #expect(plan.customers.isEmpty && plan.fields.isEmpty)
    let message = plan.messages([]).ends.values.first?.first
    #expect(message == BatchMessage(id: 1, customerID: 0, phone: "79161234567", text: "Hi friend!", hop: 1))
  }

  @Test func noMoreFieldsAreAskedForThanOneQuestionMay() throws {
    let text = { (range: Range<Int>) in range.map { "{{f\($0)}}" }.joined() }
    let plan = try SinglePlan([
      Self.single(1, .customer(1), text(0..<40)), Self.single(2, .customer(2), text(30..<64)),
      Self.single(3, .customer(3), text(60..<65)), Self.single(4, .customer(4), "plain"),
    ])
    #expect(plan.singles.map(\.messageID) == [1, 2])
    #expect(plan.fields.count == Template.maxFields)
  }
}
