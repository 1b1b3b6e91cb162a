public import AMQP
public import Contracts
import FoundationEssentials
public import Postgres
public import Service

/// What is to be published once a transaction has committed: rows of a table (id, type, body), published in order with
/// confirms and then deleted. A crash publishes some again; consumers of events know them by their ids.
public struct Outbox: Sendable {
  private let table: SQL
  private let channel: String
  private let source: String

  /// - Parameter table: trusted text, `schema.table`.
  public init(table: String, service: ServiceName) {
    self.table = "\(raw: table)"
    channel = "outbox_" + table.map { $0 == "." ? "_" : String($0) }.joined()
    source = "/mailout/\(service.rawValue)"
  }

  /// Adds a message to be published under `type` when this transaction commits.
  public func add(_ type: String, data: some Codable & Sendable, on connection: PostgresConnection) async throws {
    let envelope = Envelope(id: MessageID.new(), source: source, type: type, time: .now, data: data)
    try await connection.query(
      """
      with added as (
        insert into \(fragment: table) (type, body) values (\(type), \(try envelope.encoded())) returning id
      )
      select pg_notify(\(channel), '') from added
      """)
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
      outbox: self, exchange: exchange.name, key: key, mandatory: mandatory, pool: pool, publisher: publisher, log: log)
  }

  struct Row: Sendable {
    let id: Int64
    let type: String
    let body: [UInt8]
  }

  /// Publishes the oldest rows in order, holding them, so that replicas do not publish the same ones at once.
  func drain(on pool: PostgresPool, _ publish: @Sendable (Row) async throws -> Void) async throws -> Int {
    try await pool.withTransaction { connection in
      let rows = try await connection.query(
        "select id, type, body from \(fragment: table) order by id limit 100 for update skip locked"
      ).map { Row(id: try $0[0, as: Int64.self], type: try $0[1, as: String.self], body: try $0[2, as: [UInt8].self]) }
      for row in rows { try await publish(row) }
      if !rows.isEmpty {
        try await connection.query("delete from \(fragment: table) where id = any(\(rows.map(\.id)))")
      }
      return rows.count
    }
  }

  func wakeUps(_ pool: PostgresPool) -> some AsyncSequence<String, Never> & Sendable { pool.listen(channel) }
}

/// The part of an outbox that publishes.
public struct OutboxPublisher: Component {
  public let name = "outbox"
  public let stopMode = StopMode.cancellation
  let outbox: Outbox
  let exchange: String
  let key: String?
  let mandatory: Bool
  let pool: PostgresPool
  let publisher: AMQPPublisher
  let log: Log

  public func run() async throws {
    var failed = false
    for await _ in outbox.wakeUps(pool) {
      while !Task.isCancelled {
        do {
          let count = try await outbox.drain(on: pool) { row in
            try await publisher.publish(
              AMQPMessage(cloudEvent: row.body, type: row.type, id: "\(row.type)-\(row.id)"), exchange: exchange,
              routingKey: key ?? row.type, mandatory: mandatory)
          }
          failed = false
          if count == 0 { break }
        } catch {
          if !failed { log.error("an outbox cannot be emptied, trying again", [.error(error)]) }
          failed = true
          do { try await Task.sleep(for: .seconds(1)) } catch { return }
        }
      }
      if Task.isCancelled { return }
    }
  }
}
