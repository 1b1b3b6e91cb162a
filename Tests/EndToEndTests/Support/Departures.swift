import Contracts
import Postgres

/// Calls as the senders that made them have written them down. On a busy machine a call may be long on its way, and who
/// takes it in may be late to look at the time: when it was made only they know.
enum Departures {
  struct Departure {
    let id: Int64
    /// Microseconds since 1970, a millisecond early at most: how long calls last is known in whole milliseconds.
    let at: Int64
  }

  /// Every call for messages of these mailouts whose end was written down, in the order of their starts. Of calls that
  /// cost no attempt the first of each message is known.
  static func of(_ mailouts: [Int64]) async throws -> [Departure] {
    try await Database.ask { pool in
      // A plain success at the first attempt stands in its message's row alone.
      try await pool.query(
        """
        select id, (extract(epoch from ended) * 1000000)::bigint - (latency_ms + 1) * 1000
        from (
          select id, finished_at as ended, latency_ms from stats.message
          where mailout_id = any(\(mailouts)::bigint[]) and status in ('sent', 'delivered') and attempts = 1
            and reason is null
          union all
          select a.message_id, a.at, a.latency_ms from stats.attempt a join stats.message m on m.id = a.message_id
          where m.mailout_id = any(\(mailouts)::bigint[])
        ) calls
        where ended is not null and latency_ms is not null order by 2
        """
      ).map { Departure(id: try $0[0, as: Int64.self], at: try $0[1, as: Int64.self]) }
    }
  }

  /// The most calls that were made within a second, or a millisecond less, by which two may seem closer than they are.
  static func busiestSecond(_ departures: [Departure]) -> Int {
    var (busiest, start) = (0, 0)
    for end in departures.indices {
      while departures[end].at - departures[start].at >= 999_000 { start += 1 }
      busiest = max(busiest, end - start + 1)
    }
    return busiest
  }
}
