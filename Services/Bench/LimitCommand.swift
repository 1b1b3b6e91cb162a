import EventLoop
import HTTPClient

/// `Bench limit`: what libcurl alone reaches against a provider, and what the product's HTTP client makes of it.
struct LimitCommand {
  private let url: String
  private let token: String
  private let count: Int
  private let connections: Int
  private let inFlight: Int
  private let firstID: Int

  init(_ arguments: Arguments) throws(UsageError) {
    url = try arguments.text("url")
    token = try arguments.text("token")
    count = try arguments.number("count", default: 100_000)
    connections = try arguments.number("connections", default: 64)
    inFlight = try arguments.number("in-flight", default: connections)
    firstID = try arguments.number("first-id", default: 1)
  }

  func run() async throws {
    let bare = try measureBare()
    let client = try await measureClient()
    print(#"{"limit":\#(bare.json),"client":\#(client.json)}"#)
    for measurement in [bare, client] { print(measurement.line(against: bare)) }
  }

  private func measureBare() throws -> Measurement {
    let cpu = CPUTime.used
    let result = try CurlLimit.measure(
      url: url, token: token, count: count, connections: connections, firstID: firstID)
    return Measurement(
      name: "bare libcurl", inFlight: connections, calls: result.calls, succeeded: result.succeeded,
      duration: result.duration, cpu: CPUTime.used - cpu)
  }

  private func measureClient() async throws -> Measurement {
    let loop = EventLoop(name: "http-client")
    let configuration = HTTPClientConfiguration(maxConnectionsPerHost: inFlight, maxIdleConnections: inFlight)
    let client = HTTPClient(configuration: configuration, loop: loop)
    let load = ClientLoad(url: url, token: token, count: count, firstID: firstID + count)
    let cpu = CPUTime.used
    let start = ContinuousClock.now
    let succeeded = await load.run(client, on: loop, inFlight: inFlight)
    let measurement = Measurement(
      name: "HTTPClient", inFlight: inFlight, calls: count, succeeded: succeeded, duration: start.duration(to: .now),
      cpu: CPUTime.used - cpu)
    await client.shutdown()
    return measurement
  }
}
