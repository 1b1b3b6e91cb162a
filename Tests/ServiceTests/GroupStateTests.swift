import Testing

@testable import Service

@Suite struct GroupStateTests {
  private var state = GroupState(names: ["publisher", "consumer", "server"])
  private struct Boom: Error {}

  @Test mutating func stopsInReverseOrder() {
    #expect(state.handle(.stop) == [.startDrainTimer, .ask(2)])
    #expect(state.handle(.stop) == [], "asked again")
    #expect(state.handle(.ended(2, nil)) == [.ask(1)])
    #expect(state.handle(.ended(1, nil)) == [.ask(0)])
    #expect(state.handle(.ended(0, nil)) == [.finish])
    #expect(state.failure == nil)
  }

  @Test mutating func whoEndsOutOfTurnIsNotAsked() {
    _ = state.handle(.stop)
    #expect(state.handle(.ended(1, nil)) == [])
    #expect(state.handle(.ended(2, nil)) == [.ask(0)])
    #expect(state.handle(.ended(0, nil)) == [.finish])
  }

  @Test mutating func aFailureBringsTheOthersDown() {
    #expect(state.handle(.ended(1, Boom())) == [.startDrainTimer, .ask(2)])
    #expect(state.handle(.ended(2, Boom())) == [.ask(0)])
    #expect(state.handle(.ended(0, nil)) == [.finish])
    #expect(state.failure == ServiceError(.componentFailed, "consumer failed", cause: "Boom()"), "the first counts")
  }

  @Test mutating func anEarlyEndIsAFailure() {
    #expect(state.handle(.ended(0, nil)) == [.startDrainTimer, .ask(2)])
    #expect(state.failure?.code == .componentEnded)
  }

  @Test mutating func aFailureWhileStoppingCounts() {
    _ = state.handle(.stop)
    #expect(state.handle(.ended(2, Boom())) == [.ask(1)])
    #expect(state.failure?.code == .componentFailed)
  }

  @Test mutating func whoIsNotDoneInTimeIsCancelledThenAbandoned() {
    _ = state.handle(.stop)
    _ = state.handle(.ended(2, nil))
    #expect(state.handle(.drainTimeout) == [.cancel(1), .cancel(0), .startAbandonTimer])
    #expect(state.handle(.drainTimeout) == [])
    #expect(state.handle(.ended(0, nil)) == [])
    #expect(state.handle(.abandonTimeout) == [.abandon])
    #expect(state.remaining == ["consumer"])
    #expect(state.handle(.ended(1, nil)) == [.finish])
    #expect(state.failure == ServiceError(.drainTimedOut, "not finished in time: publisher, consumer"))
  }

  @Test mutating func nothingToRunIsFinishedWhenStopped() {
    state = GroupState(names: [])
    #expect(state.handle(.stop) == [.finish])
  }
}
