import EventLoop
import HTTPClient

/// `Bench limit`: what libcurl alone reaches against a provider, and what the product's HTTP client makes of it.
struct LimitCommand {
  private let url: String
  private let token: String
  private let count: Int
  private let connections: Int
  private let inFlight: Int
  private let rounds: Int
  private var nextID: Int

  init(_ arguments: Arguments) throws(UsageError) {
    url = try arguments.text("url")
    token = try arguments.text("token")
    count = try arguments.number("count", default: 100_000)
    connections = try arguments.number("connections", default: 64)
    inFlight = try arguments.number("in-flight", default: connections)
    rounds = try arguments.number("rounds", default: 1)
    nextID = try arguments.number("first-id", default: 1)
  }

  /// Prints one line of JSON and one for people each. Both are measured in turns; what counts is the best of each,
  /// since whatever else the machine does can only slow them down.
  mutating func run() async throws {
    var bare: [Measurement] = []
    var client: [Measurement] = []
    for _ in 0..<rounds {
      bare.append(try measureBare())
      client.append(await measureClient())
    }
    guard let bare = Measurement.best(of: bare), let client = Measurement.best(of: client) else { return }
    print(#"{"limit":\#(bare.json),"client":\#(client.json)}"#)
    for measurement in [bare, client] { print(measurement.line(against: bare)) }
  }

  /// Ids that no call had before: a provider may take the second call with an id for a duplicate.
  private mutating func takeIDs() -> Int {
    defer { nextID += count }
    return nextID
  }

  private mutating func measureBare() throws -> Measurement {
    let cpu = CPUTime.used
    let result = try CurlLimit.measure(
      url: url, token: token, count: count, connections: connections, firstID: takeIDs())
    return Measurement(
      name: "bare libcurl", inFlight: connections, calls: result.calls, succeeded: result.succeeded,
      duration: result.duration, cpu: CPUTime.used - cpu)
  }

  private mutating func measureClient() async -> Measurement {
    let loop = EventLoop(name: "http-client")
    let configuration = HTTPClientConfiguration(maxConnectionsPerHost: inFlight, maxIdleConnections: inFlight)
    let client = HTTPClient(configuration: configuration, loop: loop)
    let load = ClientLoad(url: url, token: token, count: count, firstID: takeIDs())
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
