import Service

/// What statistics count about themselves.
struct StatsMetrics: Sendable {
  let deadLetters: Counter
  private let rows: Counter
  private let writes: Histogram

  init(_ metrics: Metrics) {
    rows = metrics.counter("mailout_stats_messages_written_total", "Message facts written to the database.")
    writes = metrics.histogram("mailout_stats_write_duration_seconds", "One transaction of message rows and counters.")
    deadLetters = metrics.counter("mailout_stats_dead_letters_total", "Dead letters stored.")
  }

  func written(_ count: Int, duration: Duration) {
    rows.increment(by: count)
    writes.observe(duration)
  }
}
