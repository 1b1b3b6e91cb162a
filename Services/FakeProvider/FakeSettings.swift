import HTTPServer
import Service

/// What the fake send API reads from its environment.
struct FakeSettings: Sendable {
  let host: String
  let port: Int
  /// The bearer it accepts; nil for any well-formed JWT.
  let token: Secret?
  let keepsAllTexts: Bool

  init(_ settings: inout Settings) {
    host = settings.string("MAILOUT_HOST", default: "127.0.0.1", help: "The address to listen on.")
    let shared = settings.port("MAILOUT_PORT", default: 8090, help: "The port to listen on; 0 takes any free one.")
    port = settings.port(
      "FAKE_PROVIDER_PORT", default: shared, help: "As MAILOUT_PORT, and wins: for an environment it shares.")
    token = settings.optionalSecret(
      "FAKE_PROVIDER_TOKEN", help: "The bearer that is accepted; without it any well-formed JWT is.")
    keepsAllTexts = settings.bool(
      "FAKE_PROVIDER_KEEP_TEXT", default: false, help: "Keep the text of every call, not of the last 10,000 alone.")
  }

  var server: HTTPServerConfiguration {
    var configuration = HTTPServerConfiguration(host: host, port: port)
    // A hanging call keeps its connection, and a bench has many.
    configuration.maxConnections = 16_384
    configuration.maxHeaderBytes = 8 << 10
    configuration.grace = .seconds(1)
    return configuration
  }
}
