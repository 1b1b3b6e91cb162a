import Contracts
import Foundation
import Glibc
import Testing

/// A copy of the whole system, started by the same scripts that a person uses, in a state folder of its own.
struct Stack: Sendable {
  /// The folder of everything it keeps.
  let state: String
  private let environment: [String: String]

  /// One for all end-to-end tests; they run one after the other.
  static func shared() async throws -> Stack { try await starting.value }

  private static let starting = Task { try await Stack.start() }

  private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  private static func start() async throws -> Stack {
    // Beside the folder of the tests' servers; `make test` removes both, with every process under them.
    let binaries = try #require(
      ProcessInfo.processInfo.environment["MAILOUT_TEST_BIN"], "Run the end-to-end tests by `make test`.")
    let state = ProcessInfo.processInfo.environment["MAILOUT_TEST_STACK"] ?? repository + "/.build/test-stack-state"
    let build = binaries.contains("release") ? "release" : "debug"
    let settings = [
      "MAILOUT_STATE": state, "MAILOUT_BUILD": build, "MAILOUT_PORT": "0", "MAILOUT_RETRY_BASE": "200ms",
      // A call that takes long on a busy machine is not made again.
      "MAILOUT_PROVIDER_TIMEOUT": "60s", "MAILOUT_SENDERS": "2", "MAILOUT_SCHEDULERS": "3",
      "MAILOUT_FAKE_PROVIDERS": "3", "FAKE_PROVIDER_KEEP_TEXT": "1",
    ]
    var stack = Stack(state: state, environment: settings)
    try await stack.run("remove")
    try await stack.run("up")
    // For the tests that want several; the others show what one does by itself.
    try await stack.run(["stop"] + furtherSchedulers)
    let exports = try await stack.run("env")
    var environment = settings
    for line in exports.split(separator: "\n") where line.hasPrefix("export ") {
      let pair = line.dropFirst("export ".count).split(separator: "=", maxSplits: 1)
      if pair.count == 2 { environment[String(pair[0])] = pair[1].trimmingCharacters(in: ["'"]) }
    }
    stack = Stack(state: state, environment: environment)
    return stack
  }

  /// What `scripts/stack.sh env` says: URLs and the admin's password.
  func value(_ name: String) throws -> String {
    try #require(environment[name], "scripts/stack.sh env has no \(name): \(environment.keys.sorted())")
  }

  /// Runs a command of `scripts/stack.sh` to its end and answers what it printed.
  @discardableResult
  func run(_ arguments: String...) async throws -> String { try await run(arguments) }

  @discardableResult
  func run(_ arguments: [String]) async throws -> String {
    try await run(program: Self.repository + "/scripts/stack.sh", arguments)
  }

  private func run(program: String, _ arguments: [String]) async throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
    let output = Pipe()
    let log = FileHandle(forWritingAtPath: "/dev/null")
    process.standardOutput = output
    process.standardError = ProcessInfo.processInfo.environment["MAILOUT_TEST_VERBOSE"] == nil ? log : nil
    process.standardInput = FileHandle(forReadingAtPath: "/dev/null")
    return try await withCheckedThrowingContinuation { continuation in
      process.terminationHandler = { process in
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        if process.terminationStatus == 0 {
          continuation.resume(returning: text)
        } else {
          continuation.resume(throwing: Failure(command: arguments, status: process.terminationStatus, output: text))
        }
      }
      do { try process.run() } catch { continuation.resume(throwing: error) }
    }
  }

  static let furtherSchedulers = ["mailout-scheduler-2", "mailout-scheduler-3"]
  static let senders = ["sender", "sender-2"]

  /// Ends processes at once, without a word; the supervisor starts them again.
  /// - Parameter moment: waits for when it is to be.
  func kill(_ names: String..., at moment: () async throws -> Void = {}) async throws {
    let processes = try await processes()
    let ids = try names.map { name in try #require(processes.first { $0.name == name }?.id) }
    try await moment()
    for id in ids { try #require(Glibc.kill(id, SIGKILL) == 0) }
  }

  /// A metric of a process, summed over its labels.
  /// - Parameter labels: those that count, as `state="open"`.
  func metric(_ name: String, of process: String, _ labels: String...) async throws -> Double {
    let key = process.uppercased().replacing("-", with: "_") + "_ADMIN_URL"
    let text = String(decoding: try await API(base: try value(key)).get("/metrics").body, as: UTF8.self)
    return text.split(separator: "\n").filter { line in
      (line.hasPrefix(name + "{") || line.hasPrefix(name + " ")) && labels.allSatisfy { line.contains($0) }
    }.reduce(0) { $0 + (Double($1.split(separator: " ").last ?? "") ?? 0) }
  }

  /// Runs the body while these processes have further environment; they are restarted before and after it.
  func with(_ environment: [String: String], for names: [String], _ body: () async throws -> Void) async throws {
    func apply(_ overrides: [String: [String: String]]) async throws {
      try JSONEncoder().encode(overrides).write(to: URL(filePath: state + "/overrides.json"))
      try await run("up")
      try await run(["stop"] + Self.furtherSchedulers)
    }
    try await apply(Dictionary(uniqueKeysWithValues: names.map { ($0, environment) }))
    do {
      try await body()
    } catch {
      try await apply([:])
      throw error
    }
    try await apply([:])
  }

  /// Waits until every sender has calls under way at the provider `default`.
  func everySenderCalls() async throws {
    for sender in Self.senders {
      _ = try await eventually("\(sender) calls") {
        try await metric("mailout_provider_calls_under_way", of: sender, "provider=\"default\"") > 0 ? true : nil
      }
    }
  }

  /// The broker's administration command.
  @discardableResult
  func rabbitmqctl(_ arguments: String...) async throws -> String {
    try await run(program: try value("MAILOUT_TEST_RABBITMQCTL"), ["-q"] + arguments)
  }

  /// The broker as one of the services knows it.
  func broker(as service: String) throws -> String {
    let address = try #require(try value("MAILOUT_TEST_AMQP_URL").split(separator: "@", maxSplits: 1).last)
    return "amqp://\(service):\(try secret("broker-\(service)"))@\(address)"
  }

  /// One of its secrets, by the name of its file.
  func secret(_ name: String) throws -> String {
    try String(contentsOfFile: state + "/secrets/" + name, encoding: .utf8)
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// What runs now.
  func processes() async throws -> [(name: String, id: Int32)] {
    struct Row: Decodable {
      let name: String
      let pid: Int32?
    }
    let rows = try JSONDecoder().decode([Row].self, from: Data(try await run("status", "--json").utf8))
    return rows.compactMap { row in row.pid.map { (row.name, $0) } }
  }

  struct Failure: Error {
    let command: [String]
    let status: Int32
    let output: String
  }
}
