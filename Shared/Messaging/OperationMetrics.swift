import Contracts
import Service

/// What a service's operations did.
struct OperationMetrics: Sendable {
  private let served: MetricFamily<Counter>
  private let late: MetricFamily<Counter>
  private let durations: MetricFamily<Histogram>

  init(_ metrics: Metrics) {
    served = metrics.counters(
      "mailout_operations_total", "Commands and queries answered.", labels: ["operation", "result"])
    late = metrics.counters(
      "mailout_operations_dropped_total", "Requests dropped because nobody waited any more.", labels: ["operation"])
    durations = metrics.histograms(
      "mailout_operation_duration_seconds", "From a request's delivery to its reply.", labels: ["operation"])
  }

  func served(_ operation: Operation, duration: Duration, failed code: Problem.Code?) {
    served.with(operation.type, code?.rawValue ?? "ok").increment()
    durations.with(operation.type).observe(duration)
  }

  func dropped(_ operation: Operation) { late.with(operation.type).increment() }
}
