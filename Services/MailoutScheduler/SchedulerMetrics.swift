import Service

/// What the scheduler counts.
struct SchedulerMetrics: Sendable {
  let messagesIssued: Counter
  let startDelay: Histogram

  init(_ metrics: Metrics) {
    messagesIssued = metrics.counter("mailout_scheduler_messages_issued_total", "Messages given an id and a batch.")
    startDelay = metrics.histogram(
      "mailout_scheduler_start_delay_seconds", "From start_at to the mailout's start.",
      buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 5, 60])
  }
}
