import Contracts
import FoundationEssentials
import HTTPServer
import Service

/// What platforms that run the contact interface ask of it.
extension RouteTable {
  static func heartbeat(_ version: VersionDocument) -> [Route] {
    [
      Route(.get, "/__version__", .public, face: .contacts) { _ in .json(version.json) },
      Route(.get, "/__lbheartbeat__", .public, face: .contacts) { _ in .text("") },
      Route(.get, "/__heartbeat__", .public, face: .contacts, handle: heartbeat),
      Route(.get, "/health", .scope("contacts:read"), face: .contacts) { _ in .json(Array(#"{"health":"OK"}"#.utf8)) },
    ]
  }

  @Sendable private static func heartbeat(_ call: Call) async throws -> HTTPResponse {
    do {
      let reply = try JSON.parse(try await call.perform(.checkContacts, Array("{}".utf8)).body)
      guard reply["empty"] == true else {
        return .json(JSON.object(["status": "ok", "checks": ["database": "ok"], "details": [:]]).bytes)
      }
      return heartbeat("warning", level: 30, "db.0002", "Contact table empty", status: 200)
    } catch {
      return heartbeat("error", level: 40, "db.0001", "Database not reachable", status: 500)
    }
  }

  private static func heartbeat(
    _ word: String, level: Int64, _ code: String, _ message: String, status: Int
  ) -> HTTPResponse {
    let details: JSON = [
      "status": .string(word), "level": .integer(level), "messages": .object([code: .string(message)]),
    ]
    return .json(
      JSON.object(["status": .string(word), "checks": ["database": .string(word)], "details": ["database": details]])
        .bytes, status: status)
  }
}
