import HTTPClient
import Testing

@testable import Service

@Suite struct ServiceProcessTests {
  private let stop = ShutdownSignal()
  private let sink = MemorySink()
  private let recorder = Recorder()
  private let client = HTTPClient(configuration: HTTPClientConfiguration(connectTimeout: .seconds(600)))
  private struct Boom: Error {}

  private func process(port: Int = 0) -> ServiceProcess {
    // A busy machine may take long over the requests made while it stops.
    var settings = Settings([
      "MAILOUT_ADMIN_HOST": "127.0.0.1", "MAILOUT_ADMIN_PORT": "\(port)", "MAILOUT_DRAIN_TIMEOUT": "300s",
    ])
    let common = CommonSettings(&settings, adminPort: 0)
    return ServiceProcess(name: "test", settings: common, stop: stop, sink: sink)
  }

  private func status(_ process: ServiceProcess, _ path: String) async throws -> Int {
    let url = "http://127.0.0.1:\(process.admin.port)\(path)"
    return try await client.send(HTTPClientRequest(url: url, timeout: .seconds(600))).status
  }

  @Test func probesAnswerFromBeforeTheStartUntilTheEnd() async {
    let process = process()
    let code = await process.run { context in
      recorder.note("starting \(try await status(process, "/readyz"))")
      let component = RunComponent("a", stop: .signal) {
        recorder.note("running \(try await status(process, "/readyz"))")
        recorder.note("metrics \(try await status(process, "/metrics"))")
        stop.trigger()
        await Shutdown.requested()
        recorder.note("stopping \(try await status(process, "/readyz")), alive \(try await status(process, "/livez"))")
      }
      try await context.run([component])
    }
    #expect(code == 0)
    #expect(recorder.events == ["starting 503", "running 200", "metrics 200", "stopping 503, alive 200"])
    #expect(sink.lines.last?.contains(#""message":"stopped""#) == true)
    await client.shutdown()
  }

  @Test func aFailedComponentIsExitCodeOne() async {
    let code = await process().run { try await $0.run([RunComponent("a") { throw Boom() }]) }
    #expect(code == 1)
    #expect(sink.lines.contains { $0.contains("a failed: Boom()") })
  }

  @Test func aStartThatFailsIsExitCodeOne() async {
    #expect(await process().run { _ in throw Boom() } == 1)
  }

  @Test func aSignalDuringTheStartCancelsIt() async {
    let code = await process().run { context in
      stop.trigger()
      try await Task.sleep(for: .seconds(3600))
    }
    #expect(code == 0)
  }

  @Test func aTakenPortIsToldBeforeAnythingStarts() async {
    let first = process()
    let code = await first.run { _ in
      let second = process(port: first.admin.port)
      let code = await second.run { _ in recorder.note("started") }
      recorder.note("code \(code)")
    }
    #expect(code == 0)
    #expect(recorder.events == ["code 1"])
    #expect(sink.lines.contains { $0.contains("probes and metrics cannot be served") })
  }
}
