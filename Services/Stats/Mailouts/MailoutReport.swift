import Contracts

/// What `GET /api/mailouts/{id}/stats` answers.
struct MailoutReport: Sendable {
  let fact: MailoutFact
  let counters: MailoutCounters
  /// Microseconds since 1970.
  let now: Int64

  /// A mailout is shown as finished only when every message is counted in its final state: the scheduler knows a little
  /// earlier than the statistics.
  static func shownStatus(_ fact: MailoutFact, _ counters: MailoutCounters) -> MailoutStatus {
    fact.status == .finished && !counters.isComplete(fact) ? .running : fact.status
  }

  /// When it came to its end; nil while a message may still change. A cancelled mailout has one too.
  private var finishedAt: Int64? {
    switch fact.status {
    case .finished, .cancelled: counters.isComplete(fact) ? fact.finishedAt : nil
    case .scheduled, .running, .paused: nil
    }
  }

  var json: JSON {
    let status = Self.shownStatus(fact, counters)
    func instant(_ value: Int64?) -> JSON { value.map { .string(Timestamp.format(microseconds: $0)) } ?? .null }
    func percentile(_ share: Double) -> JSON {
      LatencyBucket.percentile(share, of: counters.latencies).map { .number($0) } ?? .null
    }
    return [
      "mailout_id": .integer(fact.id), "name": .string(fact.name), "status": .string(status.rawValue),
      "audience": fact.audience.map { .integer($0) } ?? .null, "issued": .integer(fact.issued),
      "counts": Self.counts(counters.byStatus), "not_reached": fact.notReached.map { .integer($0) } ?? .null,
      "started_at": instant(fact.startedAt), "finished_at": instant(finishedAt),
      "rate_per_second": rate.map { .number($0) } ?? .null,
      "latency_ms": ["p50": percentile(0.5), "p95": percentile(0.95), "p99": percentile(0.99)],
      "errors": .array(
        counters.byReason.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
          ["reason": .string($0.key), "count": .integer($0.value)]
        }),
      "timeline": .array(
        counters.byMinute.sorted { $0.key < $1.key }.map { minute, counts in
          var members = counts.mapValues { JSON.integer($0) }
          members["minute"] = .string(Timestamp.format(microseconds: minute * 60_000_000))
          return .object(members)
        }),
    ]
  }

  static func counts(_ counts: [String: Int64]) -> JSON { .object(counts.mapValues { .integer($0) }) }

  /// Final messages a second since the start.
  private var rate: Double? {
    guard let startedAt = fact.startedAt else { return nil }
    let seconds = Double((finishedAt ?? now) - startedAt) / 1_000_000
    return seconds > 0 ? (Double(counters.final) / seconds * 10).rounded() / 10 : nil
  }
}
