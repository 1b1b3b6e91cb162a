import EventLoop
import Testing

@testable import Service

@Suite struct ServiceGroupTests {
  private let recorder = Recorder()
  private let sink = MemorySink()
  private let stop = ShutdownSignal()
  private struct Boom: Error {}

  private func group(
    _ components: [any Component], drain: Duration = .seconds(60), patience: Duration = .seconds(60),
    abandon: @escaping @Sendable () -> Void = {}
  ) -> ServiceGroup {
    let log = Log(service: "test", instance: "1", sink: sink)
    return ServiceGroup(
      components, stop: stop, log: log, drainTimeout: drain, patience: patience, abandon: abandon)
  }

  /// Ends its work when asked, with a few steps in between.
  private func graceful(_ name: String) -> RunComponent {
    RunComponent(name, stop: .signal) { [recorder] in
      await Shutdown.requested()
      recorder.note("asked \(name)")
      for _ in 0..<10 { await Task.yield() }
      recorder.note(Task.isCancelled ? "cancelled \(name)" : "ended \(name)")
    }
  }

  private func cancellable(_ name: String) -> RunComponent {
    RunComponent(name) { [recorder] in
      await ShutdownSignal().wait()
      recorder.note("cancelled \(name)")
      try Task.checkCancellation()
    }
  }

  @Test func endsOneAfterTheOtherFromTheLast() async throws {
    async let run: Void = group([graceful("a"), cancellable("b"), graceful("c")]).run()
    stop.trigger()
    try await run
    #expect(recorder.events == ["asked c", "ended c", "cancelled b", "asked a", "ended a"])
    #expect(sink.lines.allSatisfy { $0.contains(#""level":"info""#) })
  }

  @Test func componentsRunWhereTheyAreTold() async throws {
    let loop = EventLoop(name: "test")
    let log = Log(service: "test", instance: "1", sink: sink)
    let component = RunComponent("a", stop: .signal) { [recorder, stop] in
      let task = Task { loop.isCurrent }
      recorder.note("\(loop.isCurrent) \(await task.value)")
      stop.trigger()
      await Shutdown.requested()
    }
    try await ServiceGroup([component], stop: stop, log: log, executor: loop).run()
    loop.stop()
    // What is made apart from its component, as a plain task is, chooses for itself.
    #expect(recorder.events == ["true false"])
  }

  @Test func aComponentThatThrowsBringsAllDownWithItsCause() async throws {
    let failing = RunComponent("b") { throw Boom() }
    let error = await #expect(throws: ServiceError.self) {
      try await group([graceful("a"), failing, graceful("c")]).run()
    }
    #expect(error == ServiceError(.componentFailed, "b failed", cause: "Boom()"))
    #expect(recorder.events == ["asked c", "ended c", "asked a", "ended a"])
    #expect(sink.lines.contains { $0.contains(#""component":"b","error":"Boom()""#) && $0.contains(#""error""#) })
  }

  @Test func aComponentThatReturnsUnaskedBringsAllDown() async {
    let error = await #expect(throws: ServiceError.self) {
      try await group([graceful("a"), RunComponent("b") {}]).run()
    }
    #expect(error?.code == .componentEnded)
    #expect(recorder.events == ["asked a", "ended a"])
  }

  @Test func whoDoesNotFinishIsCancelled() async {
    let deaf = RunComponent("deaf", stop: .signal) { [recorder] in
      await ShutdownSignal().wait()
      recorder.note("cancelled deaf")
    }
    stop.trigger()
    let error = await #expect(throws: ServiceError.self) {
      try await group([graceful("a"), deaf], drain: .milliseconds(1)).run()
    }
    #expect(error == ServiceError(.drainTimedOut, "not finished in time: a, deaf"))
    #expect(Set(recorder.events) == ["cancelled deaf", "asked a", "cancelled a"])
  }

  @Test func whoIgnoresTheCancellationIsAbandoned() async {
    let release = ShutdownSignal()
    let stubborn = RunComponent("stubborn") {
      // A task of its own does not hear of the cancellation.
      await Task { await release.wait() }.value
    }
    stop.trigger()
    let group = group([stubborn], drain: .milliseconds(1), patience: .milliseconds(1)) {
      recorder.note("abandoned")
      release.trigger()
    }
    await #expect(throws: ServiceError.self) { try await group.run() }
    #expect(recorder.events == ["abandoned"])
    #expect(sink.lines.contains { $0.contains("the process ends without them") && $0.contains(#""stubborn""#) })
  }

  @Test func aCancelledCallerCancelsAll() async throws {
    let started = ShutdownSignal()
    let component = RunComponent("a", stop: .signal) { [recorder] in
      started.trigger()
      await Shutdown.requested()
      recorder.note("over")
    }
    let task = Task { try await group([component]).run() }
    await started.wait()
    task.cancel()
    try await task.value
    #expect(recorder.events == ["over"])
  }
}
