import Contracts
import Testing

@testable import MailoutScheduler

struct MailoutRulesTests {
  @Test(arguments: MailoutStatus.allCases) func onlyAScheduledMailoutChanges(status: MailoutStatus) {
    let problem = problem { () throws(Problem) in try MailoutRules.mayChange(status) }
    #expect((problem == nil) == (status == .scheduled))
    if let problem { #expect(problem.code == .conflict && problem.detail.contains(status.rawValue)) }
  }

  @Test(arguments: MailoutStatus.allCases) func aLivingMailoutIsNotDeleted(status: MailoutStatus) {
    let problem = problem { () throws(Problem) in try MailoutRules.mayDelete(status) }
    #expect((problem == nil) == ![.running, .paused].contains(status))
  }

  private func problem(_ body: () throws(Problem) -> Void) -> Problem? {
    do {
      try body()
      return nil
    } catch {
      return error
    }
  }
}
