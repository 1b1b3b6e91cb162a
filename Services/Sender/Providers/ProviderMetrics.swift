import Contracts
import Service

/// What a sender counts of one provider.
struct ProviderMetrics: Sendable {
  let underWay: Gauge
  private let calls: [String: Counter]
  private let durations: Histogram
  private let circuits: [ProviderFact.Circuit: Gauge]

  private static let verdicts = ["sent", "rejected", "failed", "unknown", "throttled", "provider_fault"]

  init(_ metrics: SenderMetrics, provider: String) {
    let registry = metrics.registry
    let family = registry.counters(
      "mailout_provider_calls_total", "Calls by what came of them.", labels: ["provider", "verdict"])
    calls = Dictionary(uniqueKeysWithValues: Self.verdicts.map { ($0, family.with(provider, $0)) })
    durations = registry.histograms(
      "mailout_provider_call_duration_seconds", "From a call's start to its answer.", labels: ["provider"]
    ).with(provider)
    underWay = registry.gauges("mailout_provider_calls_under_way", "Calls without an answer yet.", labels: ["provider"])
      .with(provider)
    let states = registry.gauges(
      "mailout_provider_circuit", "1 for the state of the provider's circuit.", labels: ["provider", "state"])
    circuits = Dictionary(
      uniqueKeysWithValues: ProviderFact.Circuit.allCases.map { ($0, states.with(provider, $0.rawValue)) })
  }

  func circuit(_ present: ProviderFact.Circuit) {
    for (state, gauge) in circuits { gauge.set(state == present ? 1 : 0) }
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
