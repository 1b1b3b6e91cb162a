import Contracts
import Testing

@testable import Sender

/// What must hold before a call, above all the hard stop: none starts at or after the end, whichever clock says so.
struct CallGuardTests {
  private let start = ContinuousClock.now
  private let deadline: Int64 = 1_000_000_000
  private var seen: Moment { Moment(wall: deadline - 10_000_000, monotonic: start) }

  private func batch(closesAt: Int64? = nil) -> Batch {
    Batch(
      id: 1, mailoutID: 2, revision: 5, provider: "default", issuedAt: 0, asOf: 100, deadline: deadline,
      closesAt: closesAt, messages: [])
  }

  private func permission(
    wall: Int64, elapsed: Duration, lease: Duration = .seconds(1000), control: MailoutControl? = nil,
    closesAt: Int64? = nil, consent: ConsentState? = nil, since: Int64 = 100
  ) -> CallGuard.Permission {
    var table = ControlTable()
    var consents = ConsentTable()
    consents.apply(ConsentSnapshot(changes: [], since: since))
    if let consent { consents.apply(ConsentChange(customerID: 9, revision: 2, state: consent, at: 200)) }
    if let control { _ = table.apply(control, at: seen) }
    return CallGuard(batch(closesAt: closesAt), seen: seen).permission(
      at: Moment(wall: wall, monotonic: start + elapsed), control: table[2], consents: consents, customerID: 9,
      leaseUntil: start + lease, callTimeout: .seconds(5))
  }

  private func control(
    _ status: MailoutStatus, revision: Int64 = 6, deadline: Int64? = nil
  ) -> MailoutControl {
    MailoutControl(
      mailoutID: 2, revision: revision, status: status, deadline: deadline ?? self.deadline, rateLimit: nil)
  }

  @Test func longBeforeTheDeadlineACallHasItsWholeTime() {
    #expect(permission(wall: deadline - 10_000_000, elapsed: .zero) == .call(timeout: .seconds(5)))
  }

  @Test func theTimeoutIsClippedToWhatRemains() {
    #expect(permission(wall: deadline - 2_000_000, elapsed: .seconds(8)) == .call(timeout: .seconds(2)))
    #expect(
      permission(wall: deadline - 1, elapsed: .seconds(10) - .microseconds(1)) == .call(timeout: .microseconds(1)))
  }

  @Test func atTheDeadlineNothingStarts() {
    #expect(permission(wall: deadline, elapsed: .seconds(10)) == .expired)
    #expect(permission(wall: deadline + 1, elapsed: .seconds(3)) == .expired)
  }

  @Test func aClockSetBackProlongsNothing() {
    #expect(permission(wall: deadline - 5_000_000, elapsed: .seconds(10)) == .expired)
    #expect(permission(wall: deadline - 5_000_000, elapsed: .seconds(9)) == .call(timeout: .seconds(1)))
  }

  @Test func withoutTheLeaseNothingStarts() {
    #expect(permission(wall: deadline - 8_000_000, elapsed: .seconds(2), lease: .seconds(2)) == .leaseLost)
    #expect(
      permission(wall: deadline - 8_000_000, elapsed: .seconds(1), lease: .seconds(2)) == .call(timeout: .seconds(5)))
  }

  @Test func youngerControlOverridesTheBatch() {
    let early = deadline - 9_000_000
    #expect(permission(wall: early, elapsed: .seconds(1), control: control(.cancelled)) == .cancelled)
    #expect(permission(wall: early, elapsed: .seconds(1), control: control(.paused)) == .paused)
    #expect(permission(wall: early, elapsed: .seconds(1), control: control(.finished)) == .expired)
    #expect(permission(wall: early, elapsed: .seconds(1), control: control(.running)) == .call(timeout: .seconds(5)))
  }

  @Test func olderControlDoesNot() {
    let early = deadline - 9_000_000
    for revision: Int64 in [4, 5] {
      #expect(
        permission(wall: early, elapsed: .seconds(1), control: control(.paused, revision: revision))
          == .call(timeout: .seconds(5)))
    }
  }

  @Test func aNewEndIsTheEndOnBothClocks() {
    let earlier = control(.running, deadline: deadline - 7_000_000)
    #expect(permission(wall: deadline - 7_000_000, elapsed: .seconds(3), control: earlier) == .expired)
    #expect(permission(wall: deadline - 8_000_000, elapsed: .seconds(3), control: earlier) == .expired)
    let later = control(.running, deadline: deadline + 60_000_000)
    #expect(permission(wall: deadline + 1, elapsed: .seconds(11), control: later) == .call(timeout: .seconds(5)))
    #expect(permission(wall: deadline + 1, elapsed: .seconds(70), control: later) == .expired)
  }

  @Test func aPausedMailoutStillEnds() {
    #expect(permission(wall: deadline, elapsed: .seconds(10), control: control(.paused)) == .expired)
  }

  @Test func whoOptedOutOrWentIsNotCalled() {
    let early = deadline - 9_000_000
    #expect(permission(wall: early, elapsed: .seconds(1), consent: .optedOut) == .unwanted(.optedOut))
    #expect(permission(wall: early, elapsed: .seconds(1), consent: .deleted) == .unwanted(.deleted))
    #expect(permission(wall: early, elapsed: .seconds(1), consent: .optedIn) == .call(timeout: .seconds(5)))
    // It ends at once, whatever the mailout waits for.
    #expect(
      permission(wall: early, elapsed: .seconds(1), control: control(.paused), consent: .optedOut)
        == .unwanted(.optedOut))
    #expect(permission(wall: deadline, elapsed: .seconds(10), consent: .optedOut) == .expired)
  }

  @Test func whoseOptOutNobodyCouldKnowOfIsNotCalled() {
    let early = deadline - 9_000_000
    #expect(permission(wall: early, elapsed: .seconds(1), since: 101) == .outdated)
    #expect(permission(wall: early, elapsed: .seconds(1), since: 100) == .call(timeout: .seconds(5)))
    #expect(permission(wall: early, elapsed: .seconds(1), control: control(.paused), since: 101) == .paused)
  }

  /// That it has been settled may be forgotten by then: a second copy is not to be called.
  @Test func longAfterItsOwnEndABatchIsNotCalledWhateverTheNewOne() {
    let later = control(.running, deadline: deadline + 7_200_000_000)
    #expect(
      permission(wall: deadline + 1_799_000_000, elapsed: .seconds(1809), lease: .seconds(9000), control: later)
        == .call(timeout: .seconds(5)))
    #expect(
      permission(wall: deadline + 1_800_000_000, elapsed: .seconds(1810), lease: .seconds(9000), control: later)
        == .outdated)
  }

  @Test func atTheClosingMessagesWait() {
    let closing = deadline - 5_000_000
    #expect(permission(wall: closing, elapsed: .seconds(4), closesAt: closing) == .windowClosed)
    #expect(permission(wall: closing - 1_000_000, elapsed: .seconds(5), closesAt: closing) == .windowClosed)
    #expect(
      permission(wall: closing - 1_000_000, elapsed: .seconds(4), closesAt: closing) == .call(timeout: .seconds(1)))
  }
}
