import Contracts
import FoundationEssentials
import Messaging
import Postgres
import Service

/// Providers as rows, each with its circuit. Every change raises the revision, tells the other services by an event, and
/// the other senders by a notification, in one transaction.
struct ProviderStore: Sendable {
  static let channel = "sender_provider"

  let pool: PostgresPool
  let outbox: Outbox

  private static let columns: SQL = """
    p.id, p.revision, p.name, p.base_url, p.token, p.enabled, p.environment is not null as is_environment,
    p.settings::text as settings, p.created_at, p.updated_at,
    c.mode, c.state, c.reopens_at, c.probe_owner, c.probe_until, c.reason
    """

  func all() async throws -> [Provider] {
    try await pool.query(
      """
      select \(fragment: Self.columns) from sender.provider p join sender.circuit c on c.provider_id = p.id
      order by p.id
      """
    ).map(Self.provider)
  }

  func find(_ id: Int64) async throws -> Provider? {
    try await pool.withConnection { try await find(id, on: $0, forUpdate: false) }
  }

  func find(_ id: Int64, on connection: PostgresConnection, forUpdate: Bool) async throws -> Provider? {
    let lock: SQL = forUpdate ? "for update" : ""
    return try await connection.query(
      """
      select \(fragment: Self.columns) from sender.provider p join sender.circuit c on c.provider_id = p.id
      where p.id = \(id) \(fragment: lock)
      """
    ).first.map(Self.provider)
  }

  /// - Throws: `Problem` `conflict` where the name is taken.
  func insert(_ draft: ProviderDraft, on connection: PostgresConnection) async throws -> Provider {
    let rows = try await connection.query(
      """
      insert into sender.provider (name, base_url, token, enabled, settings)
      values (\(draft.name), \(draft.baseURL), \(draft.token?.value ?? ""), \(draft.isEnabled),
        \(Self.text(draft.settings))::jsonb)
      on conflict (name) do nothing returning id
      """)
    guard let id = try rows.first?[0, as: Int64.self] else {
      throw Problem(.conflict, "There is a provider named \(draft.name) already.")
    }
    try await connection.query("insert into sender.circuit (provider_id) values (\(id))")
    try await RetiredQueueStore.keep(draft.name, on: connection)
    return try await tell(.providerCreated, of: id, on: connection)
  }

  func update(_ id: Int64, to draft: ProviderDraft, on connection: PostgresConnection) async throws -> Provider {
    try await connection.query(
      """
      update sender.provider
      set base_url = \(draft.baseURL), token = coalesce(\(draft.token?.value as String?), token),
        enabled = \(draft.isEnabled), settings = \(Self.text(draft.settings))::jsonb, revision = revision + 1,
        updated_at = now()
      where id = \(id)
      """)
    return try await tell(.providerUpdated, of: id, on: connection)
  }

  /// Claimed batches of a provider that are not settled.
  func openClaims(of name: String, on connection: PostgresConnection) async throws -> Int64 {
    let rows = try await connection.query(
      "select count(*) from sender.claim where provider = \(name) and settled_at is null")
    return try rows.first?[0, as: Int64.self] ?? 0
  }

  func delete(_ provider: Provider, on connection: PostgresConnection) async throws {
    var fact = provider.fact
    (fact.revision, fact.isEnabled) = (fact.revision + 1, false)
    try await outbox.add(EventType.providerDeleted.rawValue, data: fact, on: connection)
    try await connection.query("delete from sender.provider where id = \(provider.id)")
    try await RetiredQueueStore.retire(provider.name, on: connection)
    try await notify(on: connection)
  }

  /// Moves a circuit by one of its transitions, under the lock of its row and by the database's clock.
  /// - Returns: the provider as it now is, and whether the event changed anything; nil where there is no such provider.
  func move(_ id: Int64, _ event: Circuit.Event) async throws -> (provider: Provider, changed: Bool)? {
    try await pool.withTransaction { try await move(id, event, on: $0) }
  }

  func move(
    _ id: Int64, _ event: Circuit.Event, on connection: PostgresConnection
  ) async throws -> (provider: Provider, changed: Bool)? {
    guard let provider = try await find(id, on: connection, forUpdate: true) else { return nil }
    let time = try await connection.query("select clock_timestamp()")
    let now = Timestamp.microseconds(try time.first?[0, as: Date.self] ?? .now)
    guard let circuit = provider.circuit.after(event, now: now) else { return (provider, false) }
    try await write(circuit, of: id, on: connection)
    // A lease that is prolonged is no news.
    if circuit.state == provider.circuit.state && circuit.mode == provider.circuit.mode
      && circuit.probeOwner == provider.circuit.probeOwner
    {
      return (try await find(id, on: connection, forUpdate: false) ?? provider, true)
    }
    try await connection.query("update sender.provider set revision = revision + 1 where id = \(id)")
    let type: EventType =
      switch circuit.state {
      case .open: .circuitOpened
      case .halfOpen: .circuitHalfOpened
      case .closed: .circuitClosed
      }
    return (try await tell(type, of: id, on: connection), true)
  }

  private func write(_ circuit: Circuit, of id: Int64, on connection: PostgresConnection) async throws {
    try await connection.query(
      """
      update sender.circuit
      set mode = \(circuit.mode.rawValue), state = \(circuit.state.rawValue),
        reopens_at = \(circuit.reopensAt.map(Timestamp.date(microseconds:)) as Date?),
        probe_owner = \(circuit.probeOwner as String?),
        probe_until = \(circuit.probeUntil.map(Timestamp.date(microseconds:)) as Date?),
        reason = \(circuit.reason as String?)
      where provider_id = \(id)
      """)
  }

  private func tell(_ type: EventType, of id: Int64, on connection: PostgresConnection) async throws -> Provider {
    guard let provider = try await find(id, on: connection, forUpdate: false) else {
      throw Problem.notFound("provider", id)
    }
    try await outbox.add(type.rawValue, data: provider.fact, on: connection)
    try await notify(on: connection)
    return provider
  }

  private func notify(on connection: PostgresConnection) async throws {
    try await connection.query("select pg_notify(\(Self.channel), '')")
  }

  static func text(_ settings: ProviderSettings) -> String {
    String(decoding: JSON.object(settings.members).bytes, as: UTF8.self)
  }

  private static func provider(_ row: PostgresRow) throws -> Provider {
    func instant(_ column: String) throws -> Int64? {
      try row[column, as: Date?.self].map { Timestamp.microseconds($0) }
    }
    return Provider(
      id: try row["id", as: Int64.self], revision: try row["revision", as: Int64.self],
      name: try row["name", as: String.self], baseURL: try row["base_url", as: String.self],
      token: Secret(try row["token", as: String.self]), isEnabled: try row["enabled", as: Bool.self],
      isEnvironment: try row["is_environment", as: Bool.self],
      settings: .stored(try JSON.parse(Array(try row["settings", as: String.self].utf8))),
      circuit: Circuit(
        mode: Circuit.Mode(rawValue: try row["mode", as: String.self]) ?? .auto,
        state: ProviderFact.Circuit(rawValue: try row["state", as: String.self]) ?? .closed,
        reopensAt: try instant("reopens_at"), probeOwner: try row["probe_owner", as: String?.self],
        probeUntil: try instant("probe_until"), reason: try row["reason", as: String?.self]),
      createdAt: try instant("created_at") ?? 0, updatedAt: try instant("updated_at") ?? 0)
  }
}
