import Contracts
import FoundationEssentials
import Postgres

/// Mailouts as rows: what the operators' commands and queries need.
struct MailoutStore: Sendable {
  /// What `mailout(_:)` reads.
  static let columns: SQL = """
    id, revision, name, text, start_at, end_at, filter::text as filter, provider, status, audience_through, audience,
    issued, not_reached, started_at, finished_at, created_at, updated_at, rate_limit, pause_reason,
    providers, local_from, local_to, default_timezone, resent, former_end
    """

  func insert(_ draft: MailoutDraft, by principal: String, on connection: PostgresConnection) async throws -> Mailout {
    let rows = try await connection.query(
      """
      insert into mailout.mailout (name, text, start_at, end_at, filter, provider, providers, rate_limit, local_from,
        local_to, default_timezone, created_by)
      values (\(draft.name), \(draft.text), \(draft.startAt), \(draft.endAt), \(try Self.json(draft.filter))::jsonb,
        \(draft.providers[0]), \(draft.providers), \(draft.rateLimit.map { Int32($0) }),
        \(draft.window.map { Int32($0.from) }), \(draft.window.map { Int32($0.to) }), \(draft.defaultTimezone),
        \(principal))
      returning \(fragment: Self.columns)
      """)
    guard let row = rows.first else { throw Problem(.internal, "The mailout was not stored.") }
    return try Self.mailout(row)
  }

  /// A mailout; the row that stands for no mailout is none.
  func find(_ id: Int64, on connection: PostgresConnection, forUpdate: Bool = false) async throws -> Mailout? {
    guard id != NoMailout.id else { return nil }
    let lock: SQL = forUpdate ? "for update" : ""
    return try await connection.query(
      "select \(fragment: Self.columns) from mailout.mailout where id = \(id) \(fragment: lock)"
    ).first.map(Self.mailout)
  }

  /// What a replica drives: a mailout, or the messages of none; no row where it is another's.
  static func driven(_ id: Int64, by owner: String) -> SQL {
    "select \(fragment: columns) from mailout.mailout where id = \(id) and lease_owner = \(owner)"
  }

  func list(_ query: MailoutListQuery, on connection: PostgresConnection) async throws -> [Mailout] {
    var conditions: [SQL] = ["id > \(NoMailout.id)", query.page.condition()]
    if !query.statuses.isEmpty { conditions.append("status = any(\(query.statuses))") }
    if !query.tags.isEmpty { conditions.append("filter->'tags' ?| \(query.tags)::text[]") }
    if !query.phoneCodes.isEmpty { conditions.append("filter->'phone_codes' ?| \(query.phoneCodes)::text[]") }
    if let name = query.name { conditions.append("strpos(lower(name), lower(\(name))) > 0") }
    return try await connection.query(
      """
      select \(fragment: Self.columns) from mailout.mailout
      where \(fragment: SQL.join(conditions, separator: " and ")) \(fragment: query.page.ordering())
      """
    ).map(Self.mailout)
  }

  func update(_ id: Int64, to draft: MailoutDraft, on connection: PostgresConnection) async throws -> Mailout? {
    try await connection.query(
      """
      update mailout.mailout
      set name = \(draft.name), text = \(draft.text), start_at = \(draft.startAt), end_at = \(draft.endAt),
        filter = \(try Self.json(draft.filter))::jsonb, provider = \(draft.providers[0]),
        providers = \(draft.providers), rate_limit = \(draft.rateLimit.map { Int32($0) }),
        local_from = \(draft.window.map { Int32($0.from) }), local_to = \(draft.window.map { Int32($0.to) }),
        default_timezone = \(draft.defaultTimezone), revision = revision + 1, updated_at = now()
      where id = \(id) returning \(fragment: Self.columns)
      """
    ).first.map(Self.mailout)
  }

  /// Makes the mailout another one's state. A scheduled one that is cancelled has nothing left: it is over at once.
  func setStatus(
    _ id: Int64, to status: MailoutStatus, reason: String? = nil, on connection: PostgresConnection
  ) async throws -> Mailout? {
    try await connection.query(
      """
      update mailout.mailout
      set status = \(status.rawValue), pause_reason = \(reason), revision = revision + 1, updated_at = now(),
        finished_at = case when status = 'scheduled' then now() end
      where id = \(id) returning \(fragment: Self.columns)
      """
    ).first.map(Self.mailout)
  }

  /// What senders must know of every mailout that may still have messages at them or in their queues: those not over, and
  /// those whose batches, long written off, may say a later end.
  func controls(on connection: PostgresConnection) async throws -> [MailoutControl] {
    let live = try await connection.query(
      """
      select \(fragment: Self.columns) from mailout.mailout
      where id > \(NoMailout.id) and status <> 'scheduled' and (finished_at is null or former_end > now()) order by id
      """
    ).map(Self.mailout)
    let deleted = try await connection.query(
      "select mailout_id, revision, end_at, former_end from mailout.deleted_early where former_end > now()")
    return try live.map(\.control)
      + deleted.map {
        MailoutControl(
          mailoutID: try $0[0, as: Int64.self], revision: try $0[1, as: Int64.self], status: .finished,
          deadline: Timestamp.microseconds(try $0[2, as: Date.self]), rateLimit: nil,
          formerDeadline: Timestamp.microseconds(try $0[3, as: Date.self]))
      }
  }

  func delete(_ id: Int64, on connection: PostgresConnection) async throws {
    try await connection.query("delete from mailout.mailout where id = \(id)")
  }

  /// Wakes the timers of every replica, and the mailout's driver, once the transaction has committed.
  func notify(_ mailout: Mailout, on connection: PostgresConnection) async throws {
    let mark = mailout.status == .scheduled ? Self.scheduledMark : ""
    try await connection.atCommit("select pg_notify(\(Self.channel), \("\(mailout.id)\(mark)"))")
  }

  /// Its payloads are mailouts' ids.
  static let channel = "mailout_changed"
  /// Ends the payload where the mailout is scheduled: nobody drives it yet.
  static let scheduledMark = " scheduled"

  static func mailout(_ row: PostgresRow) throws -> Mailout {
    let status = try row["status", as: String.self]
    return Mailout(
      id: try row["id", as: Int64.self], revision: try row["revision", as: Int64.self], draft: try draft(row),
      status: MailoutStatus(rawValue: status) ?? .scheduled,
      audienceThrough: try row["audience_through", as: Int64?.self], audience: try row["audience", as: Int64?.self],
      issued: try row["issued", as: Int64.self], resent: try row["resent", as: Int64.self],
      notReached: try row["not_reached", as: Int64?.self],
      startedAt: try row["started_at", as: Date?.self], finishedAt: try row["finished_at", as: Date?.self],
      pauseReason: try row["pause_reason", as: String?.self],
      formerEnd: try row["former_end", as: Date?.self], createdAt: try row["created_at", as: Date.self],
      updatedAt: try row["updated_at", as: Date.self])
  }

  private static func draft(_ row: PostgresRow) throws -> MailoutDraft {
    let filter = try row["filter", as: String.self]
    let providers = try row["providers", as: [String].self]
    var window: LocalWindow?
    if let from = try row["local_from", as: Int32?.self], let to = try row["local_to", as: Int32?.self] {
      window = LocalWindow(from: Int(from), to: Int(to))
    }
    return MailoutDraft(
      name: try row["name", as: String.self], text: try row["text", as: String.self],
      startAt: try row["start_at", as: Date.self], endAt: try row["end_at", as: Date.self],
      filter: try JSONDecoder().decode(AudienceFilter.self, from: Data(filter.utf8)),
      providers: providers.isEmpty ? [try row["provider", as: String.self]] : providers,
      rateLimit: try row["rate_limit", as: Int32?.self].map { Int($0) }, window: window,
      defaultTimezone: try row["default_timezone", as: String?.self])
  }

  private static func json(_ filter: AudienceFilter) throws -> String {
    String(decoding: try JSONEncoder().encode(filter), as: UTF8.self)
  }
}
