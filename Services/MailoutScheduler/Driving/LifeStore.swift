import Contracts
import FoundationEssentials
import Postgres

/// The turning points of a mailout's life, and who drives it. Each is one transaction that only one replica can win.
struct LifeStore: Sendable {
  let pool: PostgresPool
  /// This replica.
  let owner: String
  let lease: Duration
  let events: EventFacts

  /// `Mailout.fence` of a stored one.
  static let fence: SQL = "revision - (audience is not null)::int"

  /// A mailout whose time has come, and whether it keeps to local hours.
  struct Due: Sendable, Equatable {
    var id: Int64
    var hasWindow: Bool
  }

  static let dueAtOnce = 100

  /// Those whose time has come, `dueAtOnce` at most, and the instant at which the next one is to start; nil where none is
  /// scheduled for later.
  func due(now: Date) async throws -> (due: [Due], next: Date?) {
    let answers = try await pool.withConnection {
      try await $0.pipeline([
        """
        select id, local_from is not null from mailout.mailout where status = 'scheduled' and start_at <= \(now)
        order by start_at, id limit \(raw: "\(Self.dueAtOnce)")
        """,
        "select min(start_at) from mailout.mailout where status = 'scheduled' and start_at > \(now)",
      ])
    }
    let due = try answers[0].map { Due(id: try $0[0, as: Int64.self], hasWindow: try $0[1, as: Bool.self]) }
    return (due, try answers[1].first.flatMap { try $0[0, as: Date?.self] })
  }

  /// Starts those of the mailouts that are due and have no local hours, in one transaction: at nine o'clock there may be
  /// many. One whose row somebody holds at this moment is left out.
  /// - Returns: each with the cohort of all its customers.
  func start(_ ids: [Int64], now: Date, audienceThrough: Int64) async throws -> [(mailout: Mailout, cohort: Cohort)] {
    try await pool.withTransaction { connection in
      let started = try await connection.query(
        """
        with free as (
          select id from mailout.mailout
          where id = any(\(ids)) and status = 'scheduled' and start_at <= \(now) and local_from is null
          order by id for update skip locked
        ), started as (
          update mailout.mailout m set \(fragment: started(now, audienceThrough))
          from free where m.id = free.id returning m.*
        ), made as (
          insert into mailout.cohort (mailout_id) select id from started returning id as cohort_id, mailout_id
        )
        select \(fragment: MailoutStore.columns), cohort_id from started join made on mailout_id = id order by id
        """
      ).map {
        let cohort = Cohort(id: try $0["cohort_id", as: Int64.self], kind: .all, timezone: nil, cursor: 0)
        return (mailout: try MailoutStore.mailout($0), cohort: cohort)
      }
      for (mailout, _) in started { try await events.tell(.mailoutStarted, mailout, on: connection) }
      return started
    }
  }

  /// What a start changes.
  private func started(_ now: Date, _ audienceThrough: Int64) -> SQL {
    """
    status = 'running', started_at = \(now), audience_through = \(audienceThrough), revision = revision + 1,
      updated_at = now(), lease_owner = \(owner), lease_until = now() + \(lease.microseconds) * interval '1 microsecond'
    """
  }

  /// Makes a due mailout running, with its audience fixed and this replica driving it; nil where another was quicker, or
  /// it was given local hours, or lost them, a moment ago.
  /// - Parameter zones: those in use; nil where the mailout has no local hours.
  func start(_ id: Int64, now: Date, audienceThrough: Int64, zones: [String]? = nil) async throws -> Mailout? {
    try await pool.withTransaction { connection in
      let started = try await connection.query(
        """
        update mailout.mailout m set \(fragment: started(now, audienceThrough))
        where id = \(id) and status = 'scheduled' and start_at <= \(now)
          and (local_from is not null) = \(zones != nil) returning \(fragment: MailoutStore.columns)
        """
      ).first.map(MailoutStore.mailout)
      guard let started else { return nil }
      try await connection.atCommit(Self.cohorts(of: id, zones: zones))
      try await events.tell(.mailoutStarted, started, on: connection)
      return started
    }
  }

  private static func cohorts(of id: Int64, zones: [String]?) -> SQL {
    guard let zones else { return "insert into mailout.cohort (mailout_id) values (\(id))" }
    return """
      insert into mailout.cohort (mailout_id, kind, timezone)
      select \(id), 'zone', zone from unnest(\(zones)::text[]) zone
      union all select \(id), 'rest', null union all select \(id), 'closing', null
      """
  }

  /// Takes, or keeps, the mailouts that have something left to do and that nobody else drives: running ones, paused ones
  /// (they too have an end), cancelled ones until they are drained.
  /// - Returns: all that are ours, those too whose row somebody holds at this moment.
  func acquire() async throws -> [Int64] {
    try await pool.query(
      """
      with taken as (
        update mailout.mailout m
        set lease_owner = \(owner), lease_until = now() + \(lease.microseconds) * interval '1 microsecond'
        from (
          select id from mailout.mailout
          where status <> 'scheduled' and finished_at is null
            and (lease_owner = \(owner) or lease_until is null or lease_until < now())
          order by id for update skip locked
        ) free
        where m.id = free.id returning m.id
      )
      select id from taken union
      select id from mailout.mailout where status <> 'scheduled' and finished_at is null and lease_owner = \(owner)
      """
    ).map { try $0[0, as: Int64.self] }
  }

  /// Does what only the end of a mailout allows, in one transaction with the look whether it has come: for the mailout as
  /// it was read, by its driver. Whoever slept meanwhile has missed a new end, or another driver.
  /// - Returns: nil where it is not over, is another than was read, or is not ours; then nothing has been done.
  func whenOver<Result: Sendable>(
    _ mailout: Mailout, now: Date, _ body: @Sendable (PostgresConnection) async throws -> Result
  ) async throws -> Result? {
    try await pool.withTransaction { connection in
      let over = try await connection.query(
        """
        select from mailout.mailout
        where id = \(mailout.id) and \(fragment: Self.fence) = \(mailout.fence) and lease_owner = \(owner)
          and (status = 'cancelled' or end_at <= \(now) or id = \(NoMailout.id)) for share
        """)
      return over.isEmpty ? nil : try await body(connection)
    }
  }

  /// Leaves everything to the other replicas.
  func release() async throws {
    try await pool.query("update mailout.mailout set lease_until = null where lease_owner = \(owner)")
  }

  func setAudience(_ id: Int64, count: Int64) async throws {
    try await pool.withTransaction { connection in
      let counted = try await connection.query(
        """
        update mailout.mailout set audience = \(count), revision = revision + 1
        where id = \(id) and audience is null returning \(fragment: MailoutStore.columns)
        """
      ).first.map(MailoutStore.mailout)
      if let counted { try await events.tell(.mailoutProgressed, counted, on: connection) }
    }
  }

  /// Tells how far a mailout is.
  func tellProgress(of id: Int64) async throws {
    try await pool.withTransaction { try await events.tell(.mailoutProgressed, of: id, on: $0) }
  }

  /// Ends a mailout that has nothing left to do: finished, or cancelled for good; false where something is left, or it is
  /// no longer ours. One that ends early waits until its audience has been counted: nobody could say else how many were
  /// never reached.
  func finish(_ id: Int64, now: Date) async throws -> Bool {
    try await pool.withTransaction { connection in
      // The lock keeps a settled batch from adding to the waiting set between the look and the end. Nobody needs it
      // while batches are out: that is the common case.
      let locked = try await connection.query(
        """
        select from mailout.mailout
        where id = \(id) and not exists (select from mailout.batch where mailout_id = \(id)) for update
        """)
      guard !locked.isEmpty else { return false }
      let finished = try await connection.query(
        """
        update mailout.mailout m
        set status = case status when 'cancelled' then status else 'finished' end, finished_at = \(now),
          revision = revision + 1, updated_at = now(), lease_until = null,
          not_reached = greatest(0, coalesce(audience, issued) - issued)
        where id = \(id) and status <> 'scheduled' and finished_at is null and lease_owner = \(owner)
          and not exists (
            select from mailout.cohort where mailout_id = \(id) and not exhausted
              and (m.audience is null or (m.end_at > \(now) and m.status <> 'cancelled')))
          and not exists (select from mailout.batch where mailout_id = \(id))
          and not exists (select from mailout.waiting where mailout_id = \(id))
          and not exists (select from mailout.retry_order where mailout_id = \(id) and finished_at is null)
        returning \(fragment: MailoutStore.columns)
        """
      ).first.map(MailoutStore.mailout)
      guard let finished else { return false }
      try await events.tell(.mailoutFinished, finished, on: connection)
      return true
    }
  }
}
