import Contracts
import Testing

@testable import MailoutScheduler

struct MailoutRulesTests {
  private static let fields = ["name", "text", "start_at", "end_at", "filter", "provider", "rate_limit"]

  @Test(arguments: MailoutStatus.allCases) func whatMayChangeWhen(status: MailoutStatus) {
    for field in Self.fields {
      let problem = problem { () throws(Problem) in try MailoutRules.mayChange(status, [field]) }
      let may =
        switch status {
        case .scheduled: true
        case .running, .paused: ["end_at", "rate_limit"].contains(field)
        case .finished, .cancelled: false
        }
      #expect((problem == nil) == may, "\(field)")
      if let problem { #expect(problem.code == .conflict && problem.detail.contains(status.rawValue)) }
    }
  }

  @Test func aRefusalNamesTheFieldsInTheWay() {
    let problem = problem { () throws(Problem) in try MailoutRules.mayChange(.running, ["text", "end_at", "filter"]) }
    #expect(problem?.detail.contains("text, filter can be changed only while it is scheduled") == true)
  }

  @Test(arguments: MailoutStatus.allCases, [false, true])
  func aLivingMailoutIsNotDeleted(status: MailoutStatus, isDrained: Bool) {
    let problem = problem { () throws(Problem) in try MailoutRules.mayDelete(status, isDrained: isDrained) }
    let may = status == .scheduled || status == .finished || (status == .cancelled && isDrained)
    #expect((problem == nil) == may)
  }

  @Test(arguments: MailoutStatus.allCases) func turns(status: MailoutStatus) {
    let pause = problem { () throws(Problem) in try MailoutRules.mayPause(status) }
    let resume = problem { () throws(Problem) in try MailoutRules.mayResume(status) }
    let cancel = problem { () throws(Problem) in try MailoutRules.mayCancel(status) }
    #expect((pause == nil) == (status == .running))
    #expect((resume == nil) == (status == .paused))
    #expect((cancel == nil) == [.scheduled, .running, .paused].contains(status))
    for problem in [pause, resume, cancel].compactMap({ $0 }) {
      #expect(problem.code == .conflict && problem.detail.contains(status.rawValue))
    }
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
