import Contracts
import Foundation
import Postgres

/// Customers by domain, and their mappings, in the database.
struct MappingStore: Sendable {
  /// A customer, as other applications see one.
  struct Known: Sendable, Equatable {
    let id: Int64
    let uuid: UUID
    let domain: String?

    var json: JSON {
      ["uuid": .string(uuid.uuidString.lowercased()), "domain": domain.map { .string($0) } ?? .null]
    }
  }

  /// The customer of a domain, and whether this call has made it.
  func customer(
    of domain: DomainName, on connection: PostgresConnection
  ) async throws -> (customer: Known, isNew: Bool) {
    let made = try await connection.query(
      """
      insert into customer.customer (domain) values (\(domain.text))
      on conflict (domain) where domain is not null do nothing returning id, uuid, domain
      """)
    if let row = made.first { return (try Self.known(row), true) }
    let found = try await connection.query(
      "select id, uuid, domain from customer.customer where domain = \(domain.text)")
    guard let row = found.first else { throw Problem(.conflict, "The customer of \(domain.text) is being removed.") }
    return (try Self.known(row), false)
  }

  /// - Throws: `Problem` `invalid` that names the customer or application that is not there, or says what is mapped.
  func create(_ draft: MappingDraft, on connection: PostgresConnection) async throws -> MappingFact {
    let rows = try await connection.query(
      """
      select (select id from customer.customer where uuid = \(draft.customer) for share),
        (select id from customer.application where slug = \(draft.app) for share)
      """)
    guard let row = rows.first else { throw CustomerError(.invalid, "the statement returned no row") }
    let (customer, application) = try row.decode(Int64?.self, Int64?.self)
    var faults: [Problem.Field] = []
    if customer == nil { faults.append(.init("/customer", "is no customer's uuid")) }
    if application == nil { faults.append(.init("/app", "is no application's slug")) }
    guard let customer, let application else { throw Problem.invalid(faults) }
    do {
      let made = try await connection.query(
        """
        insert into customer.mapping (customer_id, application_id, customer_app_id)
        values (\(customer), \(application), \(draft.customerAppID)) returning id
        """)
      guard let row = made.first else { throw CustomerError(.invalid, "the statement returned no mapping") }
      return MappingFact(id: try row[0, as: Int64.self], revision: 1, customerID: customer)
    } catch let error as PostgresError where error.constraint == "mapping_of_customer" {
      throw Self.taken("customer, app")
    } catch let error as PostgresError where error.constraint == "mapping_of_app_id" {
      throw Self.taken("app, customer_app_id")
    }
  }

  func find(app: String, customerAppID: String, on pool: PostgresPool) async throws -> Known? {
    try await pool.query(
      """
      select c.id, c.uuid, c.domain
      from customer.mapping m join customer.application a on a.id = m.application_id
        join customer.customer c on c.id = m.customer_id
      where a.slug = \(app) and m.customer_app_id = \(customerAppID)
      """
    ).first.map(Self.known)
  }

  /// In order of the applications' slugs.
  func mappings(of customer: UUID, on pool: PostgresPool) async throws -> [JSON] {
    try await pool.query(
      """
      select a.slug, c.domain, m.customer_app_id
      from customer.customer c join customer.mapping m on m.customer_id = c.id
        join customer.application a on a.id = m.application_id
      where c.uuid = \(customer) order by a.slug
      """
    ).map { row in
      let (app, domain, id) = try row.decode(String.self, String?.self, String.self)
      return ["app": .string(app), "domain": domain.map { .string($0) } ?? .null, "customer_app_id": .string(id)]
    }
  }

  private static func known(_ row: PostgresRow) throws -> Known {
    Known(id: try row[0, as: Int64.self], uuid: try row[1, as: UUID.self], domain: try row[2, as: String?.self])
  }

  private static func taken(_ fields: String) -> Problem {
    Problem.invalid([.init("/non_field_errors", "The fields \(fields) must make a unique set.")])
  }
}
