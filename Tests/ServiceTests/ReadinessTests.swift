import HTTPServer
import Testing

@testable import Service

@Suite struct ReadinessTests {
  private let stop = ShutdownSignal()
  private let readiness: Readiness
  private let metrics = Metrics()
  private struct Boom: Error {}

  init() {
    readiness = Readiness(stop: stop)
  }

  private func get(_ target: String, _ method: HTTPMethod = .get) async throws -> (status: Int, body: String) {
    let router = AdminServer.router(metrics: metrics, readiness: readiness)
    let response = await router.handle(try HTTPRequest(method: method, target: target))
    return (response.status, String(decoding: response.body.bytes ?? [], as: UTF8.self))
  }

  @Test func isReadyFromStartToStop() async throws {
    #expect(try await get("/readyz") == (503, #"{"checks":{},"phase":"starting","ready":false}"#))
    readiness.markStarted()
    #expect(try await get("/readyz") == (200, #"{"checks":{},"phase":"running","ready":true}"#))
    stop.trigger()
    #expect(try await get("/readyz") == (503, #"{"checks":{},"phase":"stopping","ready":false}"#))
    #expect(try await get("/livez") == (200, "ok\n"))
  }

  @Test func everyCheckMustPassAndSaysWhyNot() async throws {
    readiness.markStarted()
    // Time runs out for the slow one alone, however busy the machine is.
    let long = Duration.seconds(600)
    readiness.add("database", timeout: long) {}
    readiness.add("broker", problem: "not connected", timeout: long) { true }
    #expect(try await get("/readyz").status == 200)
    readiness.add("queue", problem: "not declared", timeout: long) { false }
    readiness.add("loop", timeout: long) { throw Boom() }
    readiness.add("slow", timeout: .milliseconds(1)) { await ShutdownSignal().wait() }
    #expect(
      try await get("/readyz") == (
        503,
        #"{"checks":{"broker":{"ok":true},"database":{"ok":true},"loop":{"ok":false,"why":"Boom()"},"#
          + #""queue":{"ok":false,"why":"not declared"},"slow":{"ok":false,"why":"no answer within 1ms"}},"#
          + #""phase":"running","ready":false}"#
      ))
  }

  @Test func showsMetrics() async throws {
    metrics.counter("a_total", "A.").increment()
    #expect(try await get("/metrics") == (200, "# HELP a_total A.\n# TYPE a_total counter\na_total 1\n"))
  }

  @Test func othersAreRefused() async throws {
    #expect(try await get("/").status == 404)
    #expect(try await get("/livez", .post).status == 405)
  }
}
