import Contracts
import EventLoop
import Foundation
import HTTPClient
import Testing

/// The REST API as a program sees it.
struct API: Sendable {
  struct Answer: Sendable {
    let status: Int
    let body: [UInt8]
    let headers: HTTPClientHeaders

    var json: JSON { get throws { try JSON.parse(body) } }
  }

  static let client = HTTPClient(
    configuration: HTTPClientConfiguration(connectTimeout: .seconds(300), maxResponseBytes: 256 << 20),
    loop: EventLoop(name: "test http"))

  let base: String
  private let token: String?

  init(base: String, token: String? = nil) {
    self.base = base
    self.token = token
  }

  /// Which key signed the token: `kid`.
  var keyID: String? {
    guard let head = token?.split(separator: ".").first else { return nil }
    var text = head.replacing("-", with: "+").replacing("_", with: "/")
    while text.utf8.count % 4 != 0 { text += "=" }
    guard let bytes = Data(base64Encoded: String(text)) else { return nil }
    return try? JSON.parse([UInt8](bytes))["kid"]?.text
  }

  /// Logged in as the admin of the shared stack.
  static func admin() async throws -> API {
    let stack = try await Stack.shared()
    let base = try stack.value("GATEWAY_URL")
    let form = "username=admin&password=\(try stack.value("ADMIN_PASSWORD"))"
    let answer = try await API(base: base).send(
      .post, "/auth/token", body: Array(form.utf8), type: "application/x-www-form-urlencoded")
    try #require(answer.status == 200, "log-in failed: \(String(decoding: answer.body, as: UTF8.self))")
    return API(base: base, token: try answer.json["access_token"]?.text)
  }

  func send(
    _ method: HTTPClientRequest.Method, _ path: String, body: [UInt8] = [], type: String? = "application/json",
    headers: [(String, String)] = [], timeout: Duration = .seconds(300)
  ) async throws -> Answer {
    var all = headers
    if let token { all.append(("Authorization", "Bearer \(token)")) }
    if let type, !body.isEmpty { all.append(("Content-Type", type)) }
    let response = try await Self.client.send(
      HTTPClientRequest(method: method, url: base + path, headers: all, body: body, timeout: timeout))
    return Answer(status: response.status, body: response.body, headers: response.headers)
  }

  func post(_ path: String, _ json: JSON, headers: [(String, String)] = []) async throws -> Answer {
    try await send(.post, path, body: json.bytes, headers: headers)
  }

  func get(_ path: String) async throws -> Answer { try await send(.get, path) }

  /// Creates a mailout that must be accepted; answers its id.
  func createMailout(_ mailout: JSON) async throws -> Int64 {
    let answer = try await post("/api/mailouts", mailout)
    try #require(answer.status == 201, "\(String(decoding: answer.body, as: UTF8.self))")
    return try #require(try answer.json["id"]?.number)
  }

  /// Imports customers from CSV; answers the summary.
  func importCSV(_ csv: String) async throws -> JSON {
    let answer = try await send(
      .post, "/api/customers/import", body: Array(csv.utf8), type: "text/csv", timeout: .seconds(1500))
    try #require(answer.status == 200, "\(String(decoding: answer.body.prefix(2000), as: UTF8.self))")
    return try answer.json
  }

  func stats(_ id: Int64) async throws -> JSON {
    let answer = try await get("/api/mailouts/\(id)/stats")
    return answer.status == 200 ? try answer.json : .null
  }

  /// Waits until the mailout is finished and every count final; answers its statistics.
  func finished(_ id: Int64) async throws -> JSON {
    try await eventually("mailout \(id) is finished", within: .seconds(1500)) {
      let stats = try? await self.stats(id)
      return stats?["status"] == "finished" ? stats : nil
    }
  }
}

/// Asks again and again until there is an answer: for what happens in other processes. The limit is for what never
/// comes, and far beyond what a busy machine needs.
func eventually<Value>(
  _ what: String, within limit: Duration = .seconds(300), _ ask: () async throws -> Value?
) async throws -> Value {
  let end = ContinuousClock.now + limit
  while true {
    if let value = try await ask() { return value }
    try #require(ContinuousClock.now < end, "never came: \(what)")
    try await Task.sleep(for: .milliseconds(100))
  }
}

extension JSON {
  var text: String? { if case .string(let text) = self { text } else { nil } }
  var number: Int64? { if case .integer(let number) = self { number } else { nil } }
  var elements: [JSON] { if case .array(let elements) = self { elements } else { [] } }
}
