/// The kinds of metric, as the exposition format names them.
public enum MetricKind: String, Sendable {
  /// A number that only rises.
  case counter
  /// A number that goes up and down.
  case gauge
  /// A distribution over fixed buckets.
  case histogram
}
