import Contracts
import FoundationEssentials
import Messaging
import Postgres
import Service

/// Gathers everything that any service keeps of a customer in one document. All of it or nothing: a part that is missing
/// would look like one that is empty.
struct PersonalDataHandler: Sendable {
  private static let timeout: Duration = .seconds(4)

  let pool: PostgresPool
  let operations: any OperationCalling
  let audit: AuditTrail
  let log: Log
  let persons = PersonStore()
  let erasures = ErasureStore()

  func register(in handlers: inout OperationHandlers) {
    handlers.on(.personalData, export)
  }

  /// `{"id", "limit"?, "after"?}`
  @Sendable private func export(_ request: OperationRequest) async throws -> OperationReply {
    var reader = FieldReader(try request.json())
    let wished = reader.integer("id", required: true, in: 1...Int64.max)
    let limit = reader.pageLimit()
    let after = reader.string("after", max: 100)
    try reader.finish()
    guard let id = wished else { throw Problem(.malformed, "The data lacks id.") }
    let (person, records) = try await pool.withConnection { connection in
      guard let found = try await persons.find(id, isHeld: false, on: connection) else {
        throw Problem.notFound("customer", id)
      }
      if found.revision == nil, try await erasures.find(customerID: id, on: connection) != nil {
        throw Problem(.notFound, "There is nothing of the customer \(id): they have been erased.")
      }
      return (found.person, try await persons.records(of: found.person, on: connection))
    }
    async let waiting = part(.waitingOfPerson, PersonQuestion(person: person, limit: limit))
    async let leads = part(.leadsOfPerson, PersonQuestion(person: person, limit: limit))
    async let messages = part(.messagesOfPerson, PersonQuestion(person: person, limit: limit, after: after))
    var document = try await messages
    document["leads"] = try await leads["leads"]
    document["waiting"] = .object(try await waiting)
    document["customer_id"] = .integer(id)
    document["exported_at"] = .string(Timestamp.format(.now))
    var rows = records
    if case .array(let customers)? = rows.removeValue(forKey: "customer") {
      document["customer"] = customers.first ?? .null
    }
    document["records"] = .object(rows)
    // Reading all of a person is noted like a change.
    try await audit.record(AuditEntry(request, subjectID: String(id), result: .done), on: pool)
    log.info("personal data exported", [.customerID(id), .traceID(request.traceID)])
    return OperationReply(.object(document))
  }

  private func part(_ operation: Contracts.Operation, _ question: PersonQuestion) async throws -> [String: JSON] {
    let reply = try await operations.call(
      operation, data: [UInt8](try JSONEncoder().encode(question)),
      as: Caller(principal: "service:customer", scopes: []), timeout: Self.timeout)
    guard case .object(let members) = try JSON.parse(reply.body) else {
      throw Problem(.internal, "The part of \(operation.service.rawValue) cannot be read.")
    }
    return members
  }
}
