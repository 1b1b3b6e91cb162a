import Contracts
import FoundationEssentials
import Messaging
import Postgres

/// What nobody could handle.
struct DeadLetterStore: Sendable {
  struct Letter: Sendable {
    var queue: String
    var reason: String
    var service: String?
    var exchange: String?
    var routingKey: String?
    var type: String?
    var messageID: String?
    var body: [UInt8]
    /// Nil where the database does not take them.
    var properties: LetterProperties?

    /// The same, to be kept where something in it is refused: what is left are texts that are cut to what is stored.
    var withoutProperties: Letter {
      var letter = self
      letter.properties = nil
      letter.reason += " (It is kept without its properties: the database does not take them.)"
      return letter
    }
  }

  let pool: PostgresPool

  func insert(_ letter: Letter) async throws {
    let properties = letter.properties.map { PostgresJSON($0.json.bytes) }
    try await pool.query(
      """
      insert into stats.dead_letter (queue, reason, service, exchange, routing_key, type, message_id, body, properties)
      values (\(letter.queue), \(letter.reason), \(letter.service as String?), \(letter.exchange as String?), \(letter.routingKey as String?),
        \(letter.type as String?), \(letter.messageID as String?), \(letter.body), \(properties as PostgresJSON?))
      """)
  }

  /// Of a queue, and those whose reason begins so.
  func list(queue: String?, reason: String?, _ page: IDPage) async throws -> [(id: Int64, json: JSON)] {
    try await pool.query(
      """
      select \(fragment: Self.columns) from stats.dead_letter
      where \(fragment: page.condition())
        and (\(queue as String?)::text is null or queue = \(queue as String?))
        and (\(reason as String?)::text is null or starts_with(reason, \(reason as String?)))
      \(fragment: page.ordering())
      """
    ).map { (try $0["id", as: Int64.self], .object(try Self.members($0))) }
  }

  func read(_ id: Int64) async throws -> JSON? {
    try await pool.withConnection { try await read(id, on: $0) }
  }

  /// With its properties and its body, the body as text where it is UTF-8.
  func read(_ id: Int64, on connection: PostgresConnection) async throws -> JSON? {
    try await connection.query(
      "select \(fragment: Self.columns), body, properties from stats.dead_letter where id = \(id)"
    ).first.map {
      var members = try Self.members($0)
      let body = try $0["body", as: [UInt8].self]
      members["body"] = String(validating: body, as: UTF8.self).map { .string($0) } ?? .null
      members["bytes"] = .integer(Int64(body.count))
      members["properties"] = try $0["properties", as: PostgresJSON?.self].map { try JSON.parse($0.bytes) } ?? .null
      return .object(members)
    }
  }

  private static let columns: SQL =
    "id, queue, reason, service, exchange, routing_key, type, message_id, received_at, replay_ordered_at, replayed_at, replay_error"

  private static func members(_ row: PostgresRow) throws -> [String: JSON] {
    func text(_ name: String) throws -> JSON { try row[name, as: String?.self].map { .string($0) } ?? .null }
    func instant(_ name: String) throws -> JSON {
      try row[name, as: Date?.self].map { .string(Timestamp.format($0)) } ?? .null
    }
    return [
      "id": .integer(try row["id", as: Int64.self]), "queue": try text("queue"), "reason": try text("reason"),
      "service": try text("service"), "exchange": try text("exchange"), "routing_key": try text("routing_key"),
      "type": try text("type"), "message_id": try text("message_id"), "received_at": try instant("received_at"),
      "replay_ordered_at": try instant("replay_ordered_at"), "replayed_at": try instant("replayed_at"),
      "replay_error": try text("replay_error"),
    ]
  }
}
