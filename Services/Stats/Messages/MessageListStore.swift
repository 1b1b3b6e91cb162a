import Contracts
import Postgres

/// Pages of messages. Every one is read from an index that has its order, and reads no more than it answers.
struct MessageListStore: Sendable {
  let pool: PostgresPool

  func messages(_ query: MessageListQuery) async throws -> [MessageView] {
    let place: SQL = "\(fragment: query.page.condition()) and \(fragment: MessageTextStore.isKnown)"
    let order = query.page.ordering()
    let sql: SQL =
      switch (query.customerID, query.mailoutID, query.status) {
      case (let customer?, let mailout, let status):
        """
        \(fragment: Self.select) where customer_id = \(customer) and \(fragment: place)
          and (\(mailout as Int64?)::bigint is null or mailout_id = \(mailout as Int64?))
          and (\(status?.rawValue as String?)::text is null or status::text = \(status?.rawValue as String?))
        \(fragment: order)
        """
      case (nil, let mailout?, let status):
        // The index has a mailout's messages by status: the first of each are put together.
        """
        \(fragment: Self.select(from: status.map { [$0] } ?? MessageStatus.allCases)) (
          \(fragment: Self.select) where mailout_id = \(mailout) and status = s.status and \(fragment: place)
          \(fragment: order)
        ) m \(fragment: order)
        """
      case (nil, nil, let status?):
        """
        \(fragment: Self.select(from: [status])) (
          \(fragment: Self.select) where status = s.status and \(fragment: place) \(fragment: order)
        ) m \(fragment: order)
        """
      case (nil, nil, nil):
        "\(fragment: Self.select) where \(fragment: place) \(fragment: order)"
      }
    return try await pool.withConnection { connection in
      let facts = try await connection.query(sql).map(MessageStore.fact)
      let orders = try await MessageTextStore.orders(among: facts, on: connection)
      return facts.map { $0.view(orders[$0.id]?.own) }
    }
  }

  /// Messages of a mailout that ended failed or rejected, in ascending order of id.
  func failed(_ query: FailedMessagesQuery) async throws -> FailedMessages {
    // Counted first: what ends between the two looks is in the page and not in the count, never the other way round.
    let counters = try await StatsStore(pool: pool).progress(of: [query.mailoutID])[query.mailoutID]
    let limit = min(max(query.limit, 1), 5_000)
    let rows = try await pool.query(
      """
      \(fragment: Self.select(from: [.failed, .rejected])) (
        \(fragment: Self.select) where mailout_id = \(query.mailoutID) and status = s.status and id > \(query.after)
          and finished_at <= \(PostgresInstant(microseconds: query.endedBefore))
          and (\(query.reasons.isEmpty) or coalesce(reason, \(Tally.unnamed)) = any(\(query.reasons)::text[]))
        order by id limit \(Int64(limit + 1))
      ) m order by id limit \(Int64(limit + 1))
      """
    ).map(MessageStore.fact)
    let page = rows.prefix(limit)
    return FailedMessages(
      messages: page.map {
        FailedMessages.Message(id: $0.id, customerID: $0.customerID, round: $0.round, reason: $0.reason)
      },
      next: rows.count > limit ? page.last?.id : nil, final: counters?.final ?? 0, rounds: counters?.rounds ?? 0)
  }

  private static let select: SQL = "select \(fragment: MessageStore.columns) from stats.message"

  /// The head of a query that looks once into each status.
  private static func select(from statuses: [MessageStatus]) -> SQL {
    "select m.* from unnest(\(statuses.map(\.rawValue))::text[]::stats.message_status[]) s (status) cross join lateral"
  }
}
