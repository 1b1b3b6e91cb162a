import Contracts
import FoundationEssentials
import Postgres
import Service
import Testing

@testable import MailoutScheduler
@testable import Messaging

/// The scheduler's stores and handlers on a database of their own, without a broker.
struct SchedulerDesk: Sendable {
  let pool: PostgresPool
  let life: LifeStore
  let issues: IssueStore
  let waiting: WaitingStore
  let batches: BatchStore
  let mailouts = MailoutStore()
  let singles: SingleStore
  /// Rung when a single message waits.
  let bell = Signal()
  let handlers: OperationHandlers

  init(
    _ pool: PostgresPool, owner: String = "a", lease: Duration = .seconds(3600),
    operations: any OperationCalling = NoOperations()
  ) {
    self.pool = pool
    let events = EventFacts(mailouts: MailoutStore())
    life = LifeStore(pool: pool, owner: owner, lease: lease, events: events)
    issues = IssueStore(pool: pool, owner: owner, publishLease: .seconds(3600))
    waiting = WaitingStore(pool: pool, publishLease: .seconds(3600))
    batches = BatchStore(pool: pool, publishLease: .seconds(3600))
    singles = SingleStore(pool: pool, publishLease: .seconds(3600))
    var handlers = OperationHandlers()
    let caller = Caller(principal: "service:mailout-scheduler", scopes: ["customers:read", "messages:read"])
    let audience = AudienceClient(operations: operations, caller: caller)
    SingleHandlers(
      pool: pool, store: singles, mailouts: MailoutStore(), idempotency: IdempotencyStore(schema: "mailout"),
      audience: audience, stats: StatsClient(operations: operations, caller: caller),
      issuer: Issuer(store: issues, source: "/test"),
      outcomes: Outbox(table: "mailout.outcome", service: .mailoutScheduler), events: events.outbox,
      providers: { _ throws(Problem) in ["default", "second"] }, bell: bell,
      log: Log(service: "mailout-scheduler", instance: "test", level: .error), metrics: SchedulerMetrics(Metrics())
    ).register(in: &handlers)
    MailoutHandlers(
      pool: pool, store: MailoutStore(), events: events, idempotency: IdempotencyStore(schema: "mailout"),
      audience: audience, retries: RetryStore(pool: pool), providers: { _ throws(Problem) in ["default", "second"] }
    ).register(in: &handlers)
    self.handlers = handlers
  }

  func create(
    start: Date = .now.addingTimeInterval(-1), end: Date = .now.addingTimeInterval(600), window: LocalWindow? = nil
  ) async throws -> Int64 {
    let draft = MailoutDraft(
      name: "x", text: "y", startAt: start, endAt: end, filter: AudienceFilter(), providers: ["default"],
      window: window)
    return try await pool.withTransaction { try await mailouts.insert(draft, by: "test", on: $0).id }
  }

  /// A running mailout and its cohort.
  func started(end: Date = .now.addingTimeInterval(600)) async throws -> (mailout: Mailout, cohort: Cohort) {
    let id = try await create(end: end)
    let mailout = try #require(try await life.start(id, now: .now, audienceThrough: 100))
    return (mailout, try #require(try await cohorts(of: id).first))
  }

  /// Those that are not exhausted.
  func cohorts(of mailoutID: Int64) async throws -> [Cohort] {
    try await pool.query(IssueStore.cohorts(of: mailoutID)).map(IssueStore.cohort)
  }

  /// The order to send again that is to be carried out next.
  func order(of mailoutID: Int64) async throws -> RetryOrder? {
    try await pool.query(RetryStore.open(of: mailoutID)).first.map(RetryStore.order)
  }

  /// Issues a batch of two messages.
  func issue(
    _ batchID: Int64, of mailout: Mailout, from cohort: Cohort, to cursor: Int64, exhausted: Bool = false
  ) async throws -> Bool {
    try await issues.issue(
      Portion(cohort: cohort, newCursor: cursor, isExhausted: exhausted, batches: [Self.batch(batchID)]), of: mailout)
      != nil
  }

  static func batch(_ id: Int64, count: Int = 2) -> IssuedBatch {
    IssuedBatch(id: id, provider: "default", body: [1, 2, 3], count: count)
  }

  /// Settles a batch with these messages waiting.
  func settle(_ batchID: Int64, of mailoutID: Int64, waiting: [WaitingMessage] = []) async throws {
    _ = try await batches.settle([
      BatchSettled(batchID: batchID, mailoutID: mailoutID, provider: "default", count: 2, waiting: waiting)
    ])
  }

  /// Mailouts this replica now drives.
  func acquired() async throws -> [Int64] { try await life.acquire().filter { $0 != NoMailout.id } }

  func find(_ id: Int64) async throws -> Mailout {
    try #require(try await pool.withConnection { try await mailouts.find(id, on: $0) })
  }

  /// Does an operation as an operator.
  @discardableResult
  func call(_ operation: Contracts.Operation, _ data: JSON, key: String? = nil) async throws -> JSON {
    let handler = try #require(handlers.find(operation.type))
    let request = OperationRequest(
      operation: operation, principal: "operator:test", scopes: ["mailouts:write", "mailouts:read"],
      idempotencyKey: key, data: data)
    let reply = try await handler.handle(request)
    return reply.body.isEmpty ? .null : try JSON.parse(reply.body)
  }

  /// The control messages written so far, in order.
  func controls() async throws -> [MailoutControl] {
    try await pool.query("select body from mailout.control order by id").map {
      try Envelope<MailoutControl>.decode(try $0[0, as: [UInt8].self]).data
    }
  }

  /// The outcomes told so far.
  func outcomes() async throws -> [Outcome] {
    try await pool.query("select body from mailout.outcome order by id").flatMap {
      try OutcomeGroup.payload(of: try $0[0, as: [UInt8].self]).outcomes
    }
  }

  func number(_ sql: SQL) async throws -> Int64 {
    try #require(try await pool.query(sql).first)[0, as: Int64.self]
  }
}

/// No other service is there.
struct NoOperations: OperationCalling {
  func call(
    _ operation: Contracts.Operation, data: [UInt8], as caller: Caller, idempotencyKey: String?, timeout: Duration
  ) async throws(Problem) -> OperationReply {
    throw Problem(.unavailable, "no service is there")
  }
}
