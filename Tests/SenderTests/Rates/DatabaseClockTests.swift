import Testing

@testable import Sender

struct DatabaseClockTests {
  private let start = ContinuousClock.now
  private let epoch: Int64 = 1_700_000_000_000_000_000

  /// An answer after `trip`, the database having looked at its clock after `outward` of it.
  private func note(
    _ clock: inout DatabaseClock, at offset: Duration, trip: Duration, outward: Duration, set: Duration = .zero
  ) {
    let asked = start + offset
    clock.note(
      epoch + (offset + outward + set).wholeNanoseconds, asked: asked, answered: asked + trip)
  }

  @Test func anInstantIsNeverTooEarlyAndNeverLaterThanTheTrip() throws {
    var random = SystemRandomNumberGenerator()
    var clock = DatabaseClock()
    for step in 0..<500 {
      let trip = Duration.microseconds(Int.random(in: 100...20_000, using: &random))
      note(
        &clock, at: .milliseconds(step * 40), trip: trip,
        outward: trip * Double.random(in: 0...1, using: &random))
      let true0 = start + .seconds(100)
      let here = try #require(clock.here(epoch + Duration.seconds(100).wholeNanoseconds))
      #expect(here >= true0 - .nanoseconds(1))
      if step > 200 { #expect(here <= true0 + .milliseconds(2)) }
    }
  }

  @Test func aClockThatIsSetIsBelieved() throws {
    for step in [Duration.seconds(1), .seconds(-1)] {
      var clock = DatabaseClock()
      note(&clock, at: .zero, trip: .microseconds(100), outward: .microseconds(50))
      note(&clock, at: .seconds(1), trip: .milliseconds(5), outward: .milliseconds(2), set: step)
      let here = try #require(clock.here(epoch + (Duration.seconds(10) + step).wholeNanoseconds))
      #expect(here >= start + .seconds(10) && here <= start + .seconds(10) + .milliseconds(6))
    }
  }
}
