import Service

/// What a sender counts.
struct SenderMetrics: Sendable {
  let permitsInUse: Gauge
  let batchesHeld: Gauge
  let batchesSettled: Counter
  let claimsLost: Counter
  private let calls: [String: Counter]
  private let durations: Histogram

  private static let verdicts = ["sent", "rejected", "failed", "unknown", "throttled", "provider_fault"]

  init(_ metrics: Metrics, provider: String) {
    permitsInUse = metrics.gauge("mailout_sender_permits_in_use", "Calls whose result is not yet committed.")
    batchesHeld = metrics.gauge("mailout_sender_batches_held", "Claimed batches in hand.")
    batchesSettled = metrics.counter("mailout_sender_batches_settled_total", "Batches settled.")
    claimsLost = metrics.counter("mailout_sender_claims_lost_total", "Claims that another sender has taken over.")
    let family = metrics.counters(
      "mailout_provider_calls_total", "Calls by what came of them.", labels: ["provider", "verdict"])
    calls = Dictionary(uniqueKeysWithValues: Self.verdicts.map { ($0, family.with(provider, $0)) })
    durations = metrics.histograms(
      "mailout_provider_call_duration_seconds", "From a call's start to its answer.", labels: ["provider"]
    ).with(provider)
  }

  func count(_ verdict: OutcomeRules.Verdict, duration: Duration) {
    let name =
      switch verdict {
      case .sent: "sent"
      case .rejected: "rejected"
      case .failedAttempt: "failed"
      case .unknown: "unknown"
      case .throttled: "throttled"
      case .providerFault: "provider_fault"
      }
    calls[name]?.increment()
    durations.observe(duration)
  }
}
