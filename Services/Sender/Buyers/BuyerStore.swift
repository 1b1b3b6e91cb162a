import Contracts
import FoundationEssentials
import Messaging
import Postgres
import Service

/// Buyers as rows. Every change raises the revision and tells by an event, in one transaction.
struct BuyerStore: Sendable {
  let pool: PostgresPool
  let outbox: Outbox

  private static let columns: SQL =
    "id, revision, name, enabled, settings::text as settings, passwords::text as passwords, created_at, updated_at"

  /// In order of their ids.
  func all() async throws -> [Buyer] {
    try await pool.query("select \(fragment: Self.columns) from sender.buyer order by id").map(Self.buyer)
  }

  func find(_ id: Int64) async throws -> Buyer? {
    try await pool.withConnection { try await find(id, on: $0, forUpdate: false) }
  }

  func find(_ id: Int64, on connection: PostgresConnection, forUpdate: Bool) async throws -> Buyer? {
    let lock: SQL = forUpdate ? "for update" : ""
    return try await connection.query(
      "select \(fragment: Self.columns) from sender.buyer where id = \(id) \(fragment: lock)"
    ).first.map(Self.buyer)
  }

  /// - Throws: `Problem` `conflict` where the name is taken.
  func insert(_ draft: BuyerDraft, on connection: PostgresConnection) async throws -> Buyer {
    let rows = try await connection.query(
      """
      insert into sender.buyer (name, enabled, settings, passwords)
      values (\(draft.name), \(draft.isEnabled), \(Self.text(draft.settings))::jsonb,
        \(Self.text(draft.passwords))::jsonb)
      on conflict (name) do nothing returning \(fragment: Self.columns)
      """)
    guard let buyer = try rows.first.map(Self.buyer) else { throw Self.taken(draft.name) }
    try await outbox.add(EventType.buyerCreated.rawValue, data: buyer.fact, on: connection)
    return buyer
  }

  /// - Throws: `Problem` `conflict` where another buyer has the name.
  func update(_ id: Int64, to draft: BuyerDraft, on connection: PostgresConnection) async throws -> Buyer {
    // A stage that is taken away takes its password along.
    let gone = BuyerStage.Name.allCases.filter { draft.settings.stages[$0] == nil }.map(\.rawValue)
    let rows = try await connection.query(
      """
      update sender.buyer
      set name = \(draft.name), enabled = \(draft.isEnabled), settings = \(Self.text(draft.settings))::jsonb,
        passwords = (passwords || \(Self.text(draft.passwords))::jsonb) - \(gone)::text[], revision = revision + 1, updated_at = now()
      where id = \(id) and not exists (
        select from sender.buyer other where other.name = \(draft.name) and other.id <> \(id))
      returning \(fragment: Self.columns)
      """)
    guard let buyer = try rows.first.map(Self.buyer) else { throw Self.taken(draft.name) }
    try await outbox.add(EventType.buyerUpdated.rawValue, data: buyer.fact, on: connection)
    return buyer
  }

  func delete(_ buyer: Buyer, on connection: PostgresConnection) async throws {
    var fact = buyer.fact
    (fact.revision, fact.isEnabled) = (fact.revision + 1, false)
    try await outbox.add(EventType.buyerDeleted.rawValue, data: fact, on: connection)
    try await connection.query("delete from sender.buyer where id = \(buyer.id)")
  }

  private static func taken(_ name: String) -> Problem {
    Problem(.conflict, "There is a buyer named \(name) already.")
  }

  private static func text(_ settings: BuyerSettings) -> String {
    String(decoding: JSON.object(settings.members).bytes, as: UTF8.self)
  }

  private static func text(_ passwords: [BuyerStage.Name: Secret]) -> String {
    let members = passwords.map { ($0.key.rawValue, JSON.string($0.value.value)) }
    return String(decoding: JSON.object(Dictionary(uniqueKeysWithValues: members)).bytes, as: UTF8.self)
  }

  private static func buyer(_ row: PostgresRow) throws -> Buyer {
    let stored = try JSON.parse(Array(try row["passwords", as: String.self].utf8))
    var passwords: [BuyerStage.Name: Secret] = [:]
    for stage in BuyerStage.Name.allCases {
      if case .string(let password)? = stored[stage.rawValue] { passwords[stage] = Secret(password) }
    }
    return Buyer(
      id: try row["id", as: Int64.self], revision: try row["revision", as: Int64.self],
      name: try row["name", as: String.self], isEnabled: try row["enabled", as: Bool.self],
      settings: .stored(try JSON.parse(Array(try row["settings", as: String.self].utf8))), passwords: passwords,
      createdAt: Timestamp.microseconds(try row["created_at", as: Date.self]),
      updatedAt: Timestamp.microseconds(try row["updated_at", as: Date.self]))
  }
}
