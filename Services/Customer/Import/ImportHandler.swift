import Contracts
import Messaging
import Postgres
import Service

/// Answers `customer.import`: the good lines of a chunk go in together, each bad one is named.
struct ImportHandler: Sendable {
  let pool: PostgresPool
  let zones: TimeZoneNames
  let names: AttributeNames
  let inUse: CustomerNames
  let idempotency: IdempotencyStore
  let outbox: Outbox
  let consent: Consent
  let metrics: CustomerMetrics
  let log: Log
  let tags = TagStore()
  let store = ImportStore()

  /// How often a transaction that lost a deadlock or a serialization is tried.
  static let attempts = 3

  struct Report: Codable, Sendable, Equatable {
    var created: Int
    var updated: Int
    var rejected: Int
    var errors: [ImportFault]
  }

  /// What `customer.imported` says.
  struct Fact: Codable, Sendable {
    var created: Int
    var updated: Int
    /// Which, in ascending order.
    var createdIDs: [Int64]
    var updatedIDs: [Int64]

    enum CodingKeys: String, CodingKey {
      case created, updated
      case createdIDs = "created_ids"
      case updatedIDs = "updated_ids"
    }
  }

  func register(in handlers: inout OperationHandlers) {
    handlers.on(.importCustomers, run)
  }

  private func run(_ request: OperationRequest) async throws -> OperationReply {
    let parsed = try request.payload(ImportChunk.self).parse(zones: zones)
    try await names.record(parsed.attributeNames)
    try await inUse.record(phoneCodes: parsed.phoneCodes, timezones: parsed.timezones)
    let tagIDs = try await tagIDs(parsed.tags)
    var attempt = 1
    while true {
      do {
        let reply = try await idempotency.once(request, on: pool) { connection in
          try await write(parsed, tagIDs, by: request.principal, on: connection)
        }
        log.info(
          "customers imported",
          [.field("lines", parsed.count), .field("rejected", parsed.rejected), .traceID(request.traceID)])
        return reply
      } catch let error as PostgresError where error.isLostRace && attempt < Self.attempts {
        attempt += 1
        log.warning("an import chunk is tried again", [.error(error), .traceID(request.traceID)])
      }
    }
  }

  private func write(
    _ parsed: ParsedImport, _ tagIDs: [String: Int64], by principal: String, on connection: PostgresConnection
  ) async throws -> OperationReply {
    var parsed = parsed
    parsed.reject(
      try await store.clashing(parsed.rows, on: connection), field: "email",
      "is another contact's address, and the customer is a contact")
    let written = try await store.write(parsed.rows, tagIDs: tagIDs, on: connection)
    parsed.reject(written.overfull, field: "attributes", AttributeRules.overflow)
    let report = Report(
      created: written.created.count, updated: written.updated.count + parsed.merged, rejected: parsed.rejected,
      errors: parsed.faults)
    try await consent.tell(.optedOut, of: written.optedOut, by: principal, on: connection)
    try await consent.tell(.optedIn, of: written.optedIn, by: principal, on: connection)
    if !parsed.rows.isEmpty {
      let fact = Fact(
        created: report.created, updated: report.updated, createdIDs: written.created.sorted(),
        updatedIDs: written.updated.sorted())
      try await outbox.add(EventType.customersImported.rawValue, data: fact, by: principal, on: connection)
    }
    metrics.importCreated.increment(by: report.created)
    metrics.importUpdated.increment(by: report.updated)
    metrics.importRejected.increment(by: report.rejected)
    return try OperationReply(encoding: report)
  }

  /// New tags are committed by themselves: another chunk that needs them does not wait for this one.
  private func tagIDs(_ names: [String]) async throws -> [String: Int64] {
    let ids = try await pool.withConnection { try await tags.ids(of: names, on: $0) }
    return Dictionary(uniqueKeysWithValues: zip(names, ids))
  }
}

extension PostgresError {
  /// Whether the transaction only lost against another one: serialization failure or deadlock, or a contact that has been
  /// given an address of the import meanwhile, whose line is named the next time.
  fileprivate var isLostRace: Bool {
    sqlState == "40001" || sqlState == "40P01" || constraint == "customer_contact_email_key"
  }
}
