import Contracts
import Foundation
import Testing

/// A provider of a test's own, with a fake send API behind it that no other provider has meanwhile.
struct TestProvider: Sendable {
  let name: String
  let fake: Fake
  private let path: String
  private let api: API

  /// Nobody gives a call up, or a provider a rest, because this machine is slow.
  private static let patience: [String: JSON] = [
    "timeout_ms": 120_000, "connect_timeout_ms": 60_000, "breaker": ["slow_ms": 120_000],
  ]

  /// Runs the body with a provider, which is disabled afterwards.
  /// - Parameters:
  ///   - number: of the fake send API, from 2.
  ///   - settings: as REST takes them.
  static func with(
    _ number: Int, _ settings: [String: JSON] = [:], _ body: (TestProvider) async throws -> Void
  ) async throws {
    let (stack, api, fake) = (try await Stack.shared(), try await API.admin(), try await Fake.shared(number))
    try await fake.reset()
    let name = "test-\(UInt32.random(in: 0 ... .max))"
    var draft = Self.patience.merging(settings) { $1 }
    draft["name"] = .string(name)
    draft["url"] = .string(fake.url)
    let token = try String(contentsOfFile: stack.state + "/secrets/provider-token", encoding: .utf8)
    draft["token"] = .string(token.trimmingCharacters(in: .whitespacesAndNewlines))
    let answer = try await api.post("/api/providers", .object(draft))
    try #require(answer.status == 201, "\(String(decoding: answer.body, as: UTF8.self))")
    let id = try #require(try answer.json["id"]?.number)
    let provider = TestProvider(name: name, fake: fake, path: "/api/providers/\(id)", api: api)
    do {
      try await body(provider)
    } catch {
      try await provider.disable()
      throw error
    }
    try await provider.disable()
  }

  /// `open`, `closed` or `auto`.
  func order(circuit state: String) async throws {
    try #require(try await api.post(path + "/circuit", ["state": .string(state)]).status == 200)
  }

  var circuit: String? {
    get async throws { try await api.get(path).json["circuit"]?["state"]?.text }
  }

  /// Changes fields of it, which must be accepted.
  func change(_ changes: JSON) async throws {
    let answer = try await api.send(.patch, path, body: changes.bytes)
    try #require(answer.status == 200, "\(String(decoding: answer.body, as: UTF8.self))")
  }

  private func disable() async throws {
    try await fake.reset()
    try await change(["enabled": false])
  }
}
