public import AMQP
public import Contracts
import FoundationEssentials
public import Postgres
public import Service

/// What is to be published once a transaction has committed: rows of a table (id, type, body), published in order with
/// confirms and then deleted. A crash publishes some again; consumers of events know them by their ids.
///
/// A relayed outbox (a table with a column `relayed_at`) publishes each row twice: to the platform's own services, then to
/// the public. Where the public does not take it at once the row is marked, and has a publisher of its own from then on,
/// with whatever comes after it. So a stranger's queue that takes nothing delays strangers only.
///
/// Whoever adds rows publishes them too, woken by a bell of its own process once the transaction has committed: a NOTIFY
/// would make all commits of a database wait for one another. What a replica leaves behind when it dies, the others find
/// by looking now and then.
public struct Outbox: Sendable {
  /// Which rows a publisher takes.
  enum Stage: Sendable {
    case all
    /// Those that our own services have not been told of.
    case new
    /// Those that wait for the public.
    case relayed
  }

  /// What is to become of a row that was tried.
  enum End: Sendable {
    /// Tried again later.
    case kept
    /// Marked: it waits for the public.
    case relayed
    /// Deleted.
    case told
  }

  private let table: SQL
  private let source: String
  /// Rung for what has been added.
  private let added = OutboxBell()
  /// Rung for what has been relayed.
  private let relayed = OutboxBell()
  let backlog = PublicBacklog()
  /// How long what the public is told waits for a queue that refuses it.
  var patience = RefusedEvents.patience

  /// Rows that are published together at most.
  static let portion = 100
  /// Messages to our own services, and events, are told so often at most: each by itself would cost several times what
  /// it does among others.
  private static let ownRest: Duration = .milliseconds(20)
  private static let eventRest: Duration = .milliseconds(100)

  /// - Parameter table: trusted text, `schema.table`.
  public init(table: String, service: ServiceName) {
    self.table = "\(raw: table)"
    source = "/mailout/\(service.rawValue)"
  }

  /// An event but for its data's bytes and the brace that closes it, for `inserting`.
  /// - Parameter principal: who did what it tells.
  public func head(_ type: String, by principal: String? = nil) -> String {
    var frame = EnvelopeFrame(id: MessageID.new(), source: source, type: type, time: Timestamp.format(.now))
    frame.principal = principal
    return String(String(decoding: frame.bytes(data: []), as: UTF8.self).dropLast())
  }

  /// An insert of messages as part of a larger statement; `ring` when that has committed.
  /// - Parameters:
  ///   - head: an expression over the columns of `rows`: what `head` has made.
  ///   - data: another: the data's JSON as text.
  ///   - rows: trusted text: what has a row for each message there is to tell.
  public func inserting(_ type: String, head: SQL, data: SQL, from rows: String) -> SQL {
    """
    insert into \(fragment: table) (type, body)
    select \(type), convert_to(\(fragment: head) || \(fragment: data) || '}', 'UTF8') from \(raw: rows)
    """
  }

  /// Something was added by a statement that has committed.
  public func ring() { added.ring() }

  /// Hears when there is something to do for a publisher.
  func hearer(for stage: Stage) -> OutboxHearer {
    switch stage {
    case .all, .new: added.hearer()
    case .relayed: relayed.hearer()
    }
  }

  /// Adds a message to be published under `type` when this transaction has committed.
  /// - Parameters:
  ///   - principal: who did what it tells; nil where it happened by itself.
  ///   - pause: how long it may wait for others of this replica to leave with, in order.
  public func add(
    _ type: String, data: some Codable & Sendable, by principal: String? = nil, within pause: Duration = .zero,
    on connection: PostgresConnection
  ) async throws {
    try await add(
      type, json: [UInt8](try JSONEncoder().encode(data)), by: principal, within: pause, on: connection)
  }

  /// Adds an event that says which thing it is about, and nothing else of it.
  public func tell(
    _ type: EventType, of id: Int64, revision: Int64, by principal: String? = nil, on connection: PostgresConnection
  ) async throws {
    try await add(type.rawValue, data: RecordFact(id: id, revision: revision), by: principal, on: connection)
  }

  /// The same as `add` for data that is JSON already.
  public func add(
    _ type: String, json data: [UInt8], by principal: String? = nil, within pause: Duration = .zero,
    on connection: PostgresConnection
  ) async throws {
    var frame = EnvelopeFrame(id: MessageID.new(), source: source, type: type, time: Timestamp.format(.now))
    frame.principal = principal
    let body = frame.bytes(data: data)
    try await connection.atCommit("insert into \(fragment: table) (type, body) values (\(type), \(body))")
    await connection.afterCommit { [added] in added.ring(within: pause) }
  }

  /// Publishes what has been added, by this replica or another, until cancelled.
  ///
  /// - Parameters:
  ///   - key: the routing key; nil for each message's type.
  ///   - mandatory: whether somebody must be bound; nobody need listen to events.
  public func publisher(
    to exchange: Topology.Exchange, key: String? = nil, mandatory: Bool = false, pool: PostgresPool,
    publisher: AMQPPublisher, log: Log
  ) -> OutboxPublisher {
    OutboxPublisher(
      outbox: self, stage: .all, rest: Self.ownRest, exchange: exchange.name, key: key, mandatory: mandatory,
      pool: pool, publisher: publisher, log: log)
  }

  /// What an outbox of events needs to run: the publishers to `mailout.facts`, then to `mailout.events`.
  /// - Parameters:
  ///   - facts: its topology must have the queues that need the facts.
  ///   - events: a connection of strangers' own, which is run too: a queue without quorum stops all that is behind it.
  public func eventPublishers(
    pool: PostgresPool, facts: AMQPPublisher, events: AMQPPublisher, log: Log, metrics: Metrics
  ) -> [any Component] {
    let relay = OutboxPublisher(
      outbox: self, stage: .new, rest: Self.ownRest, exchange: Topology.facts.name, key: nil, mandatory: false,
      pool: pool, publisher: facts, strangers: events, log: log)
    return [relay] + publicPublishers(.relayed, pool: pool, events: events, log: log, metrics: metrics)
  }

  /// The same for an outbox that is not relayed: what no service of the platform needs.
  public func publicPublishers(
    pool: PostgresPool, events: AMQPPublisher, log: Log, metrics: Metrics
  ) -> [any Component] {
    publicPublishers(.all, pool: pool, events: events, log: log, metrics: metrics)
  }

  private func publicPublishers(
    _ stage: Stage, pool: PostgresPool, events: AMQPPublisher, log: Log, metrics: Metrics
  ) -> [any Component] {
    [
      RunComponent("events publisher") { await events.run() },
      OutboxPublisher(
        outbox: self, stage: stage, rest: Self.eventRest, exchange: Topology.events.name, key: nil, mandatory: false,
        pool: pool, publisher: events, events: EventMetrics(metrics), log: log),
    ]
  }

  struct Row: Sendable {
    let id: Int64
    let type: String
    let body: [UInt8]
  }

  /// Publishes the oldest rows in order, holding them, so that replicas do not publish the same ones at once.
  /// - Parameters:
  ///   - passedOver: rows that are not to be tried now.
  /// - Returns: how many it has tried.
  /// - Throws: the first failure of `publish`, once what has come of the others is committed.
  func drain(
    _ stage: Stage, on pool: PostgresPool, passingOver passedOver: [Int64] = [],
    _ publish: @escaping @Sendable (Row) async throws -> End
  ) async throws -> Int {
    let (count, failure) = try await pool.withTransaction { connection in
      let chosen: SQL =
        switch stage {
        case .all: "true"
        case .new: "relayed_at is null"
        case .relayed: "relayed_at is not null"
        }
      let others: SQL = passedOver.isEmpty ? "" : "and id <> all(\(passedOver)::bigint[])"
      let rows = try await connection.query(
        """
        select id, type, body from \(fragment: table) where \(fragment: chosen) \(fragment: others)
        order by id limit \(raw: "\(Self.portion)") for update skip locked
        """
      ).map { Row(id: try $0[0, as: Int64.self], type: try $0[1, as: String.self], body: try $0[2, as: [UInt8].self]) }
      // At once, so that the broker confirms many together. All take the same way there, so the order is kept.
      var ends: [End: [Int64]] = [:]
      var failure: (any Error)?
      await withThrowingTaskGroup(of: (id: Int64, end: End).self) { group in
        for row in rows { group.addImmediateTask { (row.id, try await publish(row)) } }
        while let result = await group.nextResult() {
          switch result {
          case .success((let id, let end)): ends[end, default: []].append(id)
          case .failure(let error): failure = failure ?? error
          }
        }
      }
      // What a crash of the database brings back is told again.
      if !ends.isEmpty { try await connection.commitWithoutWaiting() }
      if let told = ends[.told] {
        try await connection.atCommit("delete from \(fragment: table) where id = any(\(told))")
      }
      if let waiting = ends[.relayed] {
        backlog.grow()
        try await connection.atCommit("update \(fragment: table) set relayed_at = now() where id = any(\(waiting))")
        await connection.afterCommit {
          backlog.grow()
          relayed.ring()
        }
      }
      return (rows.count, failure)
    }
    if let failure { throw failure }
    return count
  }
}
