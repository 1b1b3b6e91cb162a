import Contracts
import FoundationEssentials
import Testing

@testable import MailoutScheduler

struct SingleDraftTests {
  private static let now = Date(timeIntervalSince1970: 1_795_251_607.5)

  private static func read(_ body: JSON) throws(Problem) -> SingleDraft {
    try SingleDraft.read(body, now: now, providers: ["default", "second"])
  }

  private static func faults(_ body: JSON) -> [String] {
    do throws(Problem) {
      _ = try read(body)
      return []
    } catch {
      return error.errors.map(\.pointer).sorted()
    }
  }

  @Test func aMessageWithoutAnEndHasOneAtAFullMinuteADayLater() throws {
    let draft = try Self.read(["customer_id": 5, "text": "Hello {{first_name|you}}"])
    #expect(draft.endAt.timeIntervalSince1970.truncatingRemainder(dividingBy: 60) == 0)
    #expect((86_400..<86_460).contains(draft.endAt.timeIntervalSince(Self.now)))
    #expect(draft.provider == nil)
  }

  @Test func everyFaultIsNamed() {
    #expect(Self.faults([:]) == ["/customer_id", "/text"])
    #expect(
      Self.faults([
        "customer_id": 0, "text": "{{", "end_at": "2020-01-01T00:00:00Z", "provider": "third", "phone": "1",
      ]) == ["/customer_id", "/end_at", "/phone", "/provider", "/text"])
    #expect(
      Self.faults(["customer_id": "5", "text": "x", "end_at": "2030-01-01T00:00:00Z"]) == ["/customer_id", "/end_at"])
    #expect(Self.faults([]) == ["", "/customer_id", "/text"])
  }

  @Test(arguments: [("79161234567", "79161234567"), ("+4915112345678", "4915112345678")])
  func aPhoneIsDigits(given: String, phone: String) throws {
    #expect(try SingleDraft.phone(["phone": .string(given)]) == phone)
  }

  @Test(arguments: [
    "", "+", "123456", "1234567890123456", "++79161234567", "00000000", "+0123456789", "7916 123", "７９１６１２３４５６７",
  ])
  func whatIsNoPhoneIsRefused(text: String) {
    #expect(throws: Problem.self) { try SingleDraft.phone(["phone": .string(text)]) }
  }
}
