import Testing

@testable import Service

@Suite struct ShutdownTests {
  private let signal = ShutdownSignal()
  private let recorder = Recorder()

  @Test func waitersAreToldOnceAndLateOnesAtOnce() async {
    signal.onTrigger { recorder.note("told") }
    let forgotten = signal.onTrigger { recorder.note("forgotten") }
    signal.forget(forgotten)
    #expect(!signal.isTriggered)
    async let first: Void = signal.wait()
    async let second: Void = signal.wait()
    signal.trigger()
    signal.trigger()
    await first
    await second
    await signal.wait()
    signal.onTrigger { recorder.note("late") }
    #expect(signal.isTriggered)
    #expect(recorder.events == ["told", "late"])
  }

  @Test func waitingEndsWithItsTask() async {
    let task = Task { await signal.wait() }
    task.cancel()
    await task.value
    #expect(!signal.isTriggered)
  }

  @Test func outsideAGroupNobodyAsks() async {
    #expect(!Shutdown.isRequested)
    let task = Task { await Shutdown.requested() }
    task.cancel()
    await task.value
    await Shutdown.withHandler {
      recorder.note("run")
    } onRequest: {
      recorder.note("asked")
    }
    #expect(recorder.events == ["run"])
  }

  @Test func aHandlerHearsTheWish() async {
    await Shutdown.$signal.withValue(signal) {
      await Shutdown.withHandler {
        signal.trigger()
        #expect(Shutdown.isRequested)
        #expect(recorder.events == ["asked"])
      } onRequest: {
        recorder.note("asked")
      }
      await Shutdown.withHandler {
      } onRequest: {
        recorder.note("at once")
      }
    }
    #expect(recorder.events == ["asked", "at once"])
  }

  @Test func theWishCancelsWhatDoesNotKnowIt() async throws {
    try await Shutdown.$signal.withValue(signal) {
      let result = try await Shutdown.cancelling { 7 }
      #expect(result == 7)
      signal.trigger()
      await #expect(throws: CancellationError.self) {
        try await Shutdown.cancelling { try await Task.sleep(for: .seconds(3600)) }
      }
    }
  }
}
