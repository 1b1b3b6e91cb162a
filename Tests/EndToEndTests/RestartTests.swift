import Contracts
import Foundation
import Testing

extension EndToEndTests {
  /// Anything may be restarted while a mailout runs: it goes on by itself, and everybody ends in one final state.
  struct RestartTests {
    private static let customers = Int(ProcessInfo.processInfo.environment["MAILOUT_TEST_CUSTOMERS"] ?? "") ?? 20_000
    /// Customers of a mailout whose phones no other test has.
    private static let tag = "restart"

    @Test(arguments: ["gateway", "customer", "mailout-scheduler", "sender", "stats", "postgres", "rabbitmq"])
    func aRestartLosesNobody(process: String) async throws {
      let (stack, api, fake) = (try await Stack.shared(), try await API.admin(), try await Fake.shared())
      try await fake.reset()
      try await Self.audience(api)
      // Slow enough that the restart falls into the middle, however long this machine takes over it.
      try await fake.behave(["latency_ms": 1000])
      let id = try await api.createMailout([
        "text": "Restart {{first_name|you}}", "filter": ["tags": [.string(Self.tag)]],
        "end_at": .string(Timestamp.format(.now.addingTimeInterval(3600))),
      ])
      try await fake.calls(atLeast: min(300, Int64(Self.customers) / 10))
      try await stack.run("stop", process)
      #expect(try await fake.stats()["unique"]?.number ?? 0 < Int64(Self.customers))
      try await stack.run("start", process)
      try await fake.behave([:])
      let stats = try await api.finished(id)
      #expect(stats["counts"] == ["sent": .integer(Int64(Self.customers))])
      #expect(stats["audience"] == .integer(Int64(Self.customers)))
      let calls = try await fake.calls()
      #expect(calls.count == Self.customers)
      // Only a call whose answer was lost is made again, under the same id.
      #expect(calls.filter { $0.count > 1 }.count <= 512)
      try await fake.reset()
    }

    private static let made = Task {
      let api = try await API.admin()
      let lines = (0..<customers).map { "\(79_400_000_000 + $0),R\($0),\(tag)" }
      return try await api.importCSV("phone,first_name,tags\n" + lines.joined(separator: "\n") + "\n")
    }

    /// Imports the customers once.
    private static func audience(_ api: API) async throws { _ = try await made.value }
  }
}
