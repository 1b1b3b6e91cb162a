import Contracts
import FoundationEssentials
import HTTPClient
import Messaging
import Synchronization
import Testing

@testable import Gateway

@Suite struct ImportTests {
  private static let csv = "text/csv"

  /// A service that takes every line that is not empty, and rejects those with "bad" in them.
  @Sendable private static func owner(_ asked: FakeOperations.Asked) throws(Problem) -> OperationReply {
    guard case .string(let text)? = asked.data["text"], case .integer(let first)? = asked.data["first_line"] else {
      throw Problem(.internal, "no chunk")
    }
    var report = ImportReport()
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() where !line.isEmpty
    {
      if line.contains("bad") {
        report.rejected += 1
        report.errors.append(ImportFault(line: Int(first) + index, field: "phone", detail: "is bad"))
      } else {
        report.created += 1
      }
    }
    do {
      return try OperationReply(encoding: report)
    } catch {
      throw Problem(.internal, "\(error)")
    }
  }

  private static func settings(lines: Int = 2000, maxBytes: Int = 64 << 20) -> GatewaySettings {
    var settings = GatewaySettings()
    settings.importLimits.lines = lines
    settings.importMaxBytes = maxBytes
    return settings
  }

  @Test func addsUpInTheOrderOfTheLines() async throws {
    // The earlier a chunk, the later its answer, as far as three at a time allow.
    let operations = FakeOperations { asked throws(Problem) in
      if asked.data["first_line"] == 2 { try? await Task.sleep(for: .milliseconds(50)) }
      return try Self.owner(asked)
    }
    var body = "phone,name\n"
    for line in 2...50 { body += line % 5 == 0 ? "bad,\(line)\n" : "7916,\(line)\n" }
    try await TestGateway.run(operations, settings: Self.settings(lines: 7)) { gateway in
      let answer = try await gateway.send(
        "POST", "/api/customers/import", body, type: Self.csv, headers: [("Idempotency-Key", "file-1")])
      #expect(answer.status == 200)
      let report = try JSONDecoder().decode(ImportReport.self, from: Data(answer.body))
      #expect(report.created == 39)
      #expect(report.rejected == 10)
      #expect(report.errors.map(\.line) == Array(stride(from: 5, through: 50, by: 5)))
      #expect(operations.asked.count == 7)
      #expect(Set(operations.asked.compactMap(\.idempotencyKey)) == Set((1...7).map { "file-1 \($0)" }))
      #expect(operations.asked.allSatisfy { $0.data["columns"] == ["phone", "name"] && $0.data["format"] == "csv" })
    }
  }

  @Test func listsTheFirstThousandErrors() async throws {
    let operations = FakeOperations { asked throws(Problem) in try Self.owner(asked) }
    let body = "phone\n" + String(repeating: "bad\n", count: 3500)
    try await TestGateway.run(operations, settings: Self.settings(lines: 400)) { gateway in
      let answer = try await gateway.send("POST", "/api/customers/import", body, type: Self.csv)
      let report = try JSONDecoder().decode(ImportReport.self, from: Data(answer.body))
      #expect(report.rejected == 3500)
      #expect(report.errors.map(\.line) == Array(2...1001))
    }
  }

  @Test(arguments: [
    ("application/x-ndjson", "{\"phone\":\"1\"}\n\n{\"phone\":\"bad\"}\n"),
    ("application/json", "[{\"phone\":\"1\"},\n{\"phone\":\"bad\"}]"),
  ])
  func takesJSON(_ type: String, _ body: String) async throws {
    let operations = FakeOperations { asked throws(Problem) in try Self.owner(asked) }
    try await TestGateway.run(operations) { gateway in
      let answer = try await gateway.send("POST", "/api/customers/import", body, type: type)
      #expect(answer.status == 200)
      #expect(answer.json?["created"] == 1)
      #expect(answer.json?["rejected"] == 1)
      #expect(operations.asked.first?.data["format"] == "ndjson")
    }
  }

  @Test func namesLinesRejectedHere() async throws {
    let operations = FakeOperations { asked throws(Problem) in try Self.owner(asked) }
    let body = Array("phone\n1\n".utf8) + [0xFF, 0x0A] + Array("bad\n2\n".utf8)
    try await TestGateway.run(operations) { gateway in
      let answer = try await gateway.send("POST", "/api/customers/import", body, type: Self.csv)
      #expect(
        answer.json == [
          "created": 2, "updated": 0, "rejected": 2,
          "errors": [
            ["line": 3, "field": nil, "detail": "is not UTF-8"], ["line": 4, "field": "phone", "detail": "is bad"],
          ],
        ])
    }
  }

  @Test func triesAgainUnderTheSameKey() async throws {
    let failures = Mutex(2)
    let operations = FakeOperations { asked throws(Problem) in
      let isAway = failures.withLock { left in
        defer { left -= 1 }
        return left > 0
      }
      if isAway { throw Problem(.unavailable, "away") }
      return try Self.owner(asked)
    }
    try await TestGateway.run(operations, retryWindow: .seconds(60)) { gateway in
      let answer = try await gateway.send("POST", "/api/customers/import", "phone\n1\n", type: Self.csv)
      #expect(answer.status == 200)
      #expect(operations.asked.count == 3)
      #expect(Set(operations.asked.map(\.idempotencyKey)).count == 1)
    }
  }

  @Test func tellsWhatWasDoneWhenTheServiceIsGone() async throws {
    let operations = FakeOperations { asked throws(Problem) in
      guard case .integer(let first)? = asked.data["first_line"], first < 4 else { throw Problem(.unavailable, "away") }
      return try Self.owner(asked)
    }
    try await TestGateway.run(operations, settings: Self.settings(lines: 2)) { gateway in
      let answer = try await gateway.send(
        "POST", "/api/customers/import", "phone\n1\n2\n3\n4\n5\n6\n7\n8\n9\n", type: Self.csv)
      #expect(answer.status == 503)
      #expect(answer.headers["Retry-After"] != nil)
      #expect(answer.problem("done") == ["created": 2, "updated": 0, "rejected": 0, "errors": []])
    }
  }

  @Test func passesOnWhatTheOwnerSaysOfTheColumns() async throws {
    let fault = Problem.invalid([Problem.Field("/columns/1", "cannot be an attribute")])
    try await TestGateway.run(FakeOperations { _ throws(Problem) in throw fault }) { gateway in
      let answer = try await gateway.send("POST", "/api/customers/import", "phone,x y\n1,2\n", type: Self.csv)
      #expect(answer.status == 422)
      #expect(answer.problem("errors") == [["pointer": "/columns/1", "detail": "cannot be an attribute"]])
    }
  }

  /// What is complete before the place that cannot be read goes in, wherever the file was cut on its way.
  @Test func stopsWhereTheFileCannotBeRead() async throws {
    let operations = FakeOperations { asked throws(Problem) in try Self.owner(asked) }
    try await TestGateway.run(operations, settings: Self.settings(lines: 2)) { gateway in
      let answer = try await gateway.send(
        "POST", "/api/customers/import", "[{\"a\":1},{\"a\":2},{\"a\":3}}", type: "application/json")
      #expect(answer.status == 400)
      #expect(answer.problem("done")?["created"] == 2)
      for empty in ["", "\n", "a,a\n"] {
        #expect(try await gateway.send("POST", "/api/customers/import", empty, type: Self.csv).status == 422)
      }
    }
  }

  @Test func refusesFilesOverTheLimit() async throws {
    let operations = FakeOperations { asked throws(Problem) in try Self.owner(asked) }
    try await TestGateway.run(operations, settings: Self.settings(maxBytes: 1000)) { gateway in
      let answer = try await gateway.send(
        "POST", "/api/customers/import", "phone\n" + String(repeating: "1\n", count: 600), type: Self.csv)
      #expect(answer.status == 413)
    }
  }

  /// Nobody waits for the answer any more: the chunks under way are given up, and no more are sent.
  @Test func stopsWhenTheClientGoes() async throws {
    let (steps, step) = AsyncStream.makeStream(of: String.self)
    let operations = FakeOperations { _ throws(Problem) in
      step.yield("called")
      do { try await Task.sleep(for: .seconds(600)) } catch { step.yield("cancelled") }
      throw Problem(.unavailable, "cancelled")
    }
    try await TestGateway.run(operations) { gateway in
      let upload = Task { try await gateway.send("POST", "/api/customers/import", "phone\n1\n", type: Self.csv) }
      var seen = steps.makeAsyncIterator()
      #expect(await seen.next() == "called")
      upload.cancel()
      #expect(await seen.next() == "cancelled")
      await #expect(throws: HTTPClientError.self) { try await upload.value }
      #expect(operations.asked.count == 1)
    }
  }

  @Test func needsATypeItKnows() async throws {
    try await TestGateway.run { gateway in
      let other = try await gateway.send("POST", "/api/customers/import", "phone\n", type: "text/plain")
      #expect(other.status == 415)
      let unknown = try await gateway.send("POST", "/api/customers/import?x=1", "phone\n", type: Self.csv)
      #expect(unknown.status == 422)
    }
  }
}
