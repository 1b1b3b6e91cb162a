import Foundation

/// The broker, started anew with other settings.
extension Stack {
  /// Runs the body on a broker with these settings of its own; it is restarted before and after it. Those of its flow
  /// control cannot be set while it runs: each process keeps what it has read first, and two that read different numbers
  /// wait for one another for ever.
  /// - Parameter settings: of the application `rabbit`, as Erlang has them: `{name, value}, …`.
  func withBroker(_ settings: String, _ body: () async throws -> Void) async throws {
    let file = URL(filePath: state + "/rabbitmq/advanced.config")
    let running = try await processes().map(\.name)
    func restart(_ settings: String) async throws {
      try Data("[{rabbit, [\(settings)]}].\n".utf8).write(to: file)
      try await run("restart", "rabbitmq")
      // All run already: waits until each has its connections again.
      try await run(["start"] + running)
    }
    do {
      try await restart(settings)
      try await body()
    } catch {
      try await restart("")
      throw error
    }
    try await restart("")
  }

  /// The services from whose connection for public events the broker reads nothing more; of one that has none, from the
  /// connection that they must take instead.
  func withoutEvents() async throws -> Set<String> {
    let rows = try await rabbitmqctl("list_connections", "user", "state", "client_properties").split(separator: "\n")
      .map { $0.split(separator: "\t") }.filter { $0.count > 2 && $0[2].contains("publisher") }
    let services = Dictionary(grouping: rows) { String($0[0]) }.mapValues { rows in
      let own = rows.filter { $0[2].contains("events publisher") }
      return (own.isEmpty ? rows : own).contains { $0[1] == "flow" }
    }
    return Set(services.filter(\.value).keys)
  }
}
