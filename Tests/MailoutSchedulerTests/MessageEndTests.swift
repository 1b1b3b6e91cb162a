import Contracts
import Testing

@testable import MailoutScheduler

struct MessageEndTests {
  @Test func whatIsLateHasExpiredUnlessTheProviderMayHaveIt() {
    #expect(
      MessageEnd.late(isUnknown: false, reason: "paused") == MessageEnd(status: .expired, reason: "paused"))
    #expect(
      MessageEnd.late(isUnknown: true, reason: "circuit_open") == MessageEnd(status: .failed, reason: "unknown"))
  }

  @Test func whatIsIssuedAgainKeepsWhatIsKnownOfIt() {
    let waiting = WaitingMessage(
      messageID: 1, customerID: 2, dueAt: 3, status: .deferred, round: 4, hop: 5, attempts: 6, reason: "circuit_open",
      isUnknown: true)
    #expect(
      waiting.again(phone: "79160000001", text: "x")
        == BatchMessage(
          id: 1, customerID: 2, phone: "79160000001", text: "x", round: 4, hop: 6, attempts: 6, isUnknown: true))
  }
}
