import Testing

@testable import Messaging

@Suite struct PublicBacklogTests {
  private let backlog = PublicBacklog()

  @Test func isThereUntilALookFindsNone() {
    #expect(!backlog.isEmpty)
    backlog.foundEmpty(asOf: backlog.growths)
    #expect(backlog.isEmpty)
    backlog.grow()
    #expect(!backlog.isEmpty)
  }

  /// What came to wait after the look was not seen by it.
  @Test func aLookSaysNothingOfWhatCameSince() {
    let growths = backlog.growths
    backlog.grow()
    backlog.foundEmpty(asOf: growths)
    #expect(!backlog.isEmpty)
  }
}
