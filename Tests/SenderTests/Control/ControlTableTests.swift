import Contracts
import Testing

@testable import Sender

struct ControlTableTests {
  private let now = Moment(wall: 1_000_000, monotonic: .now)

  private func control(_ revision: Int64, _ status: MailoutStatus, deadline: Int64 = 9_000_000, former: Int64? = nil)
    -> MailoutControl
  {
    MailoutControl(
      mailoutID: 1, revision: revision, status: status, deadline: deadline, rateLimit: nil, formerDeadline: former)
  }

  /// Pause, resume, cancel in every order of arrival, some twice: the last of them stands.
  @Test func theGreatestRevisionStandsInAnyOrder() {
    let controls = [control(1, .running), control(2, .paused), control(3, .running), control(4, .cancelled)]
    for _ in 0..<200 {
      var table = ControlTable()
      for control in (controls + controls).shuffled() { _ = table.apply(control, at: now) }
      #expect(table[1]?.status == .cancelled)
      #expect(table[1]?.revision == 4)
    }
  }

  @Test func aRepetitionIsNoNews() {
    var table = ControlTable()
    let isNews = table.apply(control(2, .paused), at: now)
    #expect(isNews)
    for revision: Int64 in [1, 2] {
      let isNews = table.apply(control(revision, .running), at: now)
      #expect(!isNews)
    }
  }

  @Test func mailoutsLongOverAreForgotten() {
    var table = ControlTable()
    _ = table.apply(control(1, .cancelled), at: now)
    table.purge(at: now.advanced(by: .seconds(3600)))
    #expect(table.count == 1)
    table.purge(at: now.advanced(by: .seconds(3700)))
    #expect(table.count == 0)
  }

  /// Batches of before the change still say the old end, and may lie in a queue.
  @Test func aMailoutThatWasEndedEarlierIsRememberedUntilItsFormerEnd() {
    var table = ControlTable()
    _ = table.apply(control(1, .running, deadline: 7_200_000_000), at: now)
    _ = table.apply(control(2, .running, deadline: 9_000_000), at: now)
    table.purge(at: now.advanced(by: .seconds(10_000)))
    #expect(table[1]?.revision == 2)
    table.purge(at: now.advanced(by: .seconds(10_900)))
    #expect(table.count == 0)
  }

  /// The same for a sender that has started since, and knows the former end by hearsay only.
  @Test func aFormerEndThatWasToldCountsLikeOneThatWasSeen() {
    var table = ControlTable()
    _ = table.apply(control(2, .finished, deadline: 9_000_000, former: 7_200_000_000), at: now)
    table.purge(at: now.advanced(by: .seconds(10_000)))
    #expect(table[1]?.status == .finished)
    table.purge(at: now.advanced(by: .seconds(10_900)))
    #expect(table.count == 0)
  }
}
