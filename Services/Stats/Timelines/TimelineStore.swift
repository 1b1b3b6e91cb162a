import Contracts
import Postgres

/// Reads timelines: each from indexes that have its order, at a cost that does not grow with what others did.
struct TimelineStore: Sendable {
  let pool: PostgresPool
  let messages: StatsStore

  func mailout(_ id: Int64, after: TimelineCursor, limit: Int) async throws -> TimelinePage {
    let happenings = try await pool.withConnection {
      try await HappeningStore.of(.mailout, id, after: after, limit: limit + 1, on: $0)
    }
    return TimelinePage(happenings, [], after: after, limit: limit)
  }

  /// A customer's own changes, and a line for each message.
  func customer(_ id: Int64, after: TimelineCursor, limit: Int) async throws -> TimelinePage {
    try await pool.withConnection { connection in
      let happenings = try await HappeningStore.of(.customer, id, after: after, limit: limit + 1, on: connection)
      let facts = try await connection.query(
        """
        select \(fragment: MessageStore.columns) from stats.message
        where customer_id = \(id) and id > \(after.message) and \(fragment: MessageTextStore.isKnown) order by id limit \(Int64(limit + 1))
        """
      ).map(MessageStore.fact)
      let orders = try await MessageTextStore.orders(among: facts, on: connection)
      let lines = facts.map { fact in
        TimelineEntry(
          place: .message(fact.id), at: fact.queuedAt ?? fact.finishedAt ?? 0, type: "message.\(fact.status.rawValue)",
          data: fact.view(orders[fact.id]?.own).json)
      }
      return TimelinePage(happenings, lines, after: after, limit: limit)
    }
  }

  /// A message's queueing, calls and end, and what was done to it; nil where there is no such message.
  func message(_ id: Int64, after: TimelineCursor, limit: Int) async throws -> TimelinePage? {
    guard let message = try await messages.message(id) else { return nil }
    let happenings = try await pool.withConnection {
      try await HappeningStore.of(.message, id, after: after, limit: limit + 1, on: $0)
    }
    let parts = MessageStory(message.fact, attempts: message.attempts).entries.dropFirst(Int(clamping: after.message))
    return TimelinePage(happenings, Array(parts.prefix(limit + 1)), after: after, limit: limit)
  }
}
