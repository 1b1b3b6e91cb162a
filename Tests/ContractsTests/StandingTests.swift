import Contracts
import Testing

struct StandingTests {
  @Test func statusesRankAsTheArchitectureSays() {
    let order: [[MessageStatus]] = [
      [.queued], [.retrying, .deferred], [.cancelled], [.expired], [.failed], [.rejected], [.sent], [.delivered],
    ]
    for (rank, statuses) in order.enumerated() {
      for status in statuses { #expect(status.rank == rank) }
    }
    #expect(Set(order.joined()) == Set(MessageStatus.allCases))
  }

  @Test func roundOutweighsHopAndHopOutweighsRank() {
    #expect(Standing(round: 1, hop: 0, status: .queued) > Standing(round: 0, hop: 9, status: .delivered))
    #expect(Standing(round: 0, hop: 2, status: .queued) > Standing(round: 0, hop: 1, status: .sent))
    #expect(Standing(round: 0, hop: 0, status: .sent) > Standing(round: 0, hop: 0, status: .expired))
  }

  @Test func onlyEndedStatusesAreFinal() {
    #expect(
      Set(MessageStatus.allCases.filter { !$0.isFinal }) == [.queued, .retrying, .deferred])
  }
}
