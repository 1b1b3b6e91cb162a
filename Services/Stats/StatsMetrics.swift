import Service

/// What statistics count about themselves.
struct StatsMetrics: Sendable {
  let deadLetters: Counter
  let replayed: Counter
  private let rows: Counter
  private let writes: Histogram

  init(_ metrics: Metrics) {
    rows = metrics.counter("mailout_stats_messages_written_total", "Message facts written to the database.")
    writes = metrics.histogram("mailout_stats_write_duration_seconds", "One transaction of message rows and counters.")
    deadLetters = metrics.counter("mailout_stats_dead_letters_total", "Dead letters stored.")
    replayed = metrics.counter(
      "mailout_stats_dead_letters_replayed_total", "Dead letters that went back to their queue.")
  }

  func written(_ count: Int, duration: Duration) {
    rows.increment(by: count)
    writes.observe(duration)
  }
}
