import Contracts
import FoundationEssentials
import Postgres

/// What statistics keep of a person: their messages with every call, what happened to them as a customer, and what was
/// done with them by whom.
struct PersonMessagesStore: Sendable {
  /// Calls of one message that are shown: the latest.
  private static let maxAttempts: Int64 = 100

  struct Page: Sendable {
    var messages: [JSON] = []
    var events: [JSON] = []
    var audit: [JSON] = []
    /// Where the next page begins; nil where there is none.
    var next: PersonMessagesCursor?

    var json: JSON {
      [
        "messages": .array(messages), "events": .array(events), "audit": .array(audit),
        "next": next.map { .string($0.text) } ?? .null,
      ]
    }
  }

  let pool: PostgresPool

  /// At most `limit` of each kind, in order of id.
  func page(of person: Person, after: PersonMessagesCursor, limit: Int) async throws -> Page {
    try await pool.withConnection { connection in
      let facts = try await connection.query(
        """
        select \(fragment: MessageStore.columns) from stats.message
        where customer_id = \(person.customerID) and id > \(after.message) order by id limit \(Int64(limit + 1))
        """
      ).map(MessageStore.fact)
      let events = try await events(of: person.customerID, after: after.event, limit: limit, on: connection)
      let lines = try await lines(of: person, after: after.line, limit: limit, on: connection)
      var page = Page()
      page.messages = try await views(Array(facts.prefix(limit)), on: connection)
      page.events = events.prefix(limit).map(\.json)
      page.audit = lines.prefix(limit).map(\.json)
      if max(facts.count, events.count, lines.count) > limit {
        var next = after
        next.message = facts.prefix(limit).last?.id ?? after.message
        next.event = events.prefix(limit).last?.id ?? after.event
        next.line = lines.prefix(limit).last?.id ?? after.line
        page.next = next
      }
      return page
    }
  }

  private func views(_ facts: [MessageFact], on connection: PostgresConnection) async throws -> [JSON] {
    let orders = try await MessageTextStore.orders(among: facts, on: connection)
    let attempts = Dictionary(
      grouping: try await AttemptStore.attempts(of: facts.map(\.id), limit: Self.maxAttempts, on: connection),
      by: \.messageID)
    return facts.map { fact in
      guard case .object(var members) = fact.view(orders[fact.id]?.own).json else { return .null }
      members["attempts_made"] = .array(Attempt.all(of: fact, recorded: attempts[fact.id] ?? []).map(\.json))
      return .object(members)
    }
  }

  private func events(
    of customerID: Int64, after: Int64, limit: Int, on connection: PostgresConnection
  ) async throws -> [(id: Int64, json: JSON)] {
    try await connection.query(
      """
      select \(fragment: HappeningStore.columns) from stats.customer_happening
      where customer_id = \(customerID) and id > \(after) order by id limit \(Int64(limit + 1))
      """
    ).map { (try $0[0, as: Int64.self], try HappeningStore.entry($0).json) }
  }

  private func lines(
    of person: Person, after: Int64, limit: Int, on connection: PostgresConnection
  ) async throws -> [(id: Int64, json: JSON)] {
    try await connection.query(
      """
      select id, at, service, principal, operation, result,
        case when \(fragment: PersonAudit.isOwn) then origin end
      from stats.audit_log where \(fragment: PersonAudit.isTheirs(person)) and id > \(after)
      order by id limit \(Int64(limit + 1))
      """
    ).map { row in
      let text = { (column: Int) throws -> JSON in .string(try row[column, as: String.self]) }
      let json: JSON = [
        "at": .string(Timestamp.format(try row[1, as: Date.self])), "service": try text(2), "by": try text(3),
        "operation": try text(4), "result": try text(5),
        "origin": try row[6, as: String?.self].map { .string($0) } ?? .null,
      ]
      return (try row[0, as: Int64.self], json)
    }
  }
}
