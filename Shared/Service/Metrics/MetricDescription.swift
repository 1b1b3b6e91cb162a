/// What one metric is, for the documentation.
public struct MetricDescription: Sendable, Equatable {
  /// `mailout_…`, ending in `_total` for counters, else in the unit: `_seconds`, `_bytes`.
  public let name: String
  public let kind: MetricKind
  /// The label names, in their order.
  public let labels: [String]
  /// One sentence.
  public let help: String
}
