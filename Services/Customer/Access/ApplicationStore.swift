import Contracts
import FoundationEssentials
import Postgres

extension ApplicationRecord: StoredRecord {
  static let noun = "application"
  static let events = RecordEvents(
    created: .applicationCreated, updated: .applicationUpdated, deleted: .applicationDeleted)
  static let table: SQL = "customer.application"
  static let columns: SQL = "r.id, r.revision, r.slug, r.name, r.created_at, r.updated_at"
  static let isPresent: SQL = "true"

  init(row: PostgresRow) throws {
    self.init(
      id: try row[0, as: Int64.self], revision: try row[1, as: Int64.self], slug: try row[2, as: String.self],
      name: try row[3, as: String.self], createdAt: try row[4, as: Date.self], updatedAt: try row[5, as: Date.self])
  }
}

/// Applications in the database.
struct ApplicationStore: Sendable {
  /// - Throws: `Problem` `conflict` where the slug is taken.
  func create(_ draft: ApplicationDraft, on connection: PostgresConnection) async throws -> ApplicationRecord {
    let rows = try await connection.query(
      """
      insert into customer.application as r (slug, name) values (\(draft.slug), \(draft.name))
      on conflict (slug) do nothing returning \(fragment: ApplicationRecord.columns)
      """)
    guard rows.first != nil else { throw Self.taken(draft.slug) }
    return try rows.onlyRecord()
  }

  /// - Throws: as `create`.
  func update(
    _ id: Int64, to draft: ApplicationDraft, on connection: PostgresConnection
  ) async throws -> ApplicationRecord {
    let taken = try await connection.query(
      "select 1 from customer.application where slug = \(draft.slug) and id <> \(id)")
    guard taken.isEmpty else { throw Self.taken(draft.slug) }
    do {
      return try await connection.query(
        """
        update customer.application r set slug = \(draft.slug), name = \(draft.name), revision = revision + 1,
          updated_at = now()
        where id = \(id) returning \(fragment: ApplicationRecord.columns)
        """
      ).onlyRecord()
    } catch let error as PostgresError where error.constraint == "application_slug_key" {
      throw Self.taken(draft.slug)
    }
  }

  /// - Throws: `Problem` `conflict` while customers are mapped to it.
  func delete(_ record: ApplicationRecord, on connection: PostgresConnection) async throws {
    do {
      try await connection.query("delete from customer.application where id = \(record.id)")
    } catch let error as PostgresError where error.sqlState == "23503" {
      throw Problem(.conflict, "Customers are still mapped to the application \(record.slug).")
    }
  }

  /// Makes those that are not there yet; how many were made.
  func seed(_ drafts: [ApplicationDraft], on pool: PostgresPool) async throws -> Int {
    var made = 0
    for draft in drafts {
      made += try await pool.query(
        """
        insert into customer.application (slug, name) values (\(draft.slug), \(draft.name))
        on conflict (slug) do nothing
        """
      ).affected
    }
    return made
  }

  private static func taken(_ slug: String) -> Problem {
    Problem(
      .conflict, "There is an application \(slug) already.", errors: [Problem.Field("/slug", "is taken")])
  }
}
