import Service

/// What became of public events.
struct EventMetrics: Sendable {
  private let givenUp: MetricFamily<Counter>

  init(_ metrics: Metrics) {
    givenUp = metrics.counters(
      "mailout_events_given_up_total", "Public events that a stranger's queue did not take.", labels: ["reason"])
  }

  func givenUp(_ reason: RefusedEvents.Reason) { givenUp.with(reason.rawValue).increment() }
}
