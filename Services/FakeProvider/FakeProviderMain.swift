import HTTPServer
import Service

/// The fake send API: for demonstrations, tests and benchmarks.
@main
struct FakeProviderMain {
  static func main() async {
    await ServiceMain.run(
      name: "fake-provider", summary: "Stands in for a send API: takes calls, counts them, misbehaves when told to.",
      adminPort: 9109, configure: FakeSettings.init
    ) { settings, context in
      let api = FakeAPI(token: settings.token, keepsAllTexts: settings.keepsAllTexts)
      let server = HTTPServer(configuration: settings.server, handler: api)
      try server.start()
      context.log.info("listening", [.field("port", server.port)])
      try await context.run([RunComponent("http server") { try await server.run() }])
    }
  }
}
