import Testing

@testable import Sender

/// The hard stop: no call starts at or after the deadline, whichever clock says so.
struct CallGuardTests {
  private let start = ContinuousClock.now
  private let deadline: Int64 = 1_000_000_000

  private func permission(wall: Int64, elapsed: Duration, lease: Duration = .seconds(1000)) -> CallGuard.Permission {
    let callGuard = CallGuard(deadline: deadline, receivedAt: deadline - 10_000_000, monotonic: start)
    return callGuard.permission(
      now: wall, monotonic: start + elapsed, leaseUntil: start + lease, callTimeout: .seconds(5))
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
}
