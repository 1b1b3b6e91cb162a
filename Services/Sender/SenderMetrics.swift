import Contracts
import Service

/// What a sender counts, over all providers.
struct SenderMetrics: Sendable {
  let permitsInUse: Gauge
  let batchesHeld: Gauge
  let batchesSettled: Counter
  let claimsLost: Counter
  let registry: Metrics

  init(_ metrics: Metrics) {
    registry = metrics
    permitsInUse = metrics.gauge("mailout_sender_permits_in_use", "Calls whose result is not yet committed.")
    batchesHeld = metrics.gauge("mailout_sender_batches_held", "Claimed batches in hand.")
    batchesSettled = metrics.counter("mailout_sender_batches_settled_total", "Batches settled.")
    claimsLost = metrics.counter("mailout_sender_claims_lost_total", "Claims that another sender has taken over.")
  }
}
