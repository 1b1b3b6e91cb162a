import Contracts
import Service

/// What a sender counts of leads.
struct BuyerMetrics: Sendable {
  private let leads: MetricFamily<Counter>
  private let durations: MetricFamily<Histogram>
  private let open: MetricFamily<Gauge>

  init(_ metrics: Metrics) {
    leads = metrics.counters("mailout_leads_total", "Leads by what came of them.", labels: ["buyer", "outcome"])
    durations = metrics.histograms(
      "mailout_lead_duration_seconds", "From a delivery's start to its result, the log-in included.", labels: ["buyer"])
    open = metrics.gauges(
      "mailout_buyer_circuit_open", "1 while this sender gives the buyer a rest, or tries it again.", labels: ["buyer"])
  }

  /// - Parameter buyer: nil where there is none for the lead.
  func count(_ outcome: LeadResult.Outcome, buyer: String?) {
    leads.with(buyer ?? "none", outcome.rawValue).increment()
  }

  func took(_ duration: Duration, buyer: String) { durations.with(buyer).observe(duration) }

  func circuit(of buyer: String, isOpen: Bool) { open.with(buyer).set(isOpen ? 1 : 0) }
}
