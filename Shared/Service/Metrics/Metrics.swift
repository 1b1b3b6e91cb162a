import Synchronization

/// All metrics of a process.
///
/// Declare every metric once at the start; what is declared twice alike is the same metric, and twice differently is
/// a mistake of the program.
public final class Metrics: Sendable {
  private let sources = Mutex<[String: any MetricSource]>([:])

  public init() {}

  // MARK: one series

  public func counter(_ name: String, _ help: String) -> Counter {
    counters(name, help, labels: []).handle([])
  }

  public func gauge(_ name: String, _ help: String) -> Gauge {
    gauges(name, help, labels: []).handle([])
  }

  public func histogram(
    _ name: String, _ help: String, buckets: [Double] = Histogram.latencyBuckets
  ) -> Histogram {
    histograms(name, help, labels: [], buckets: buckets).handle([])
  }

  // MARK: one series for each set of label values

  public func counters(_ name: String, _ help: String, labels: [String]) -> MetricFamily<Counter> {
    declare(MetricDescription(name: name, kind: .counter, labels: labels, help: help)) { description in
      MetricFamily(description, make: { Counter() }) { counter, values, text in
        text.sample(description.name, Self.pairs(labels, values), counter.value)
      }
    }
  }

  public func gauges(_ name: String, _ help: String, labels: [String]) -> MetricFamily<Gauge> {
    declare(MetricDescription(name: name, kind: .gauge, labels: labels, help: help)) { description in
      MetricFamily(description, make: { Gauge() }) { gauge, values, text in
        text.sample(description.name, Self.pairs(labels, values), gauge.value)
      }
    }
  }

  public func histograms(
    _ name: String, _ help: String, labels: [String], buckets: [Double] = Histogram.latencyBuckets
  ) -> MetricFamily<Histogram> {
    declare(MetricDescription(name: name, kind: .histogram, labels: labels, help: help)) { description in
      MetricFamily(description, make: { Histogram(bounds: buckets) }) { histogram, values, text in
        text.histogram(description.name, Self.pairs(labels, values), histogram)
      }
    }
  }

  // MARK: asked for at every scrape

  /// A gauge whose value is asked for at every scrape; `value` must be quick.
  public func gauge(_ name: String, _ help: String, value: @escaping @Sendable () -> Double) {
    declareAsked(MetricDescription(name: name, kind: .gauge, labels: [], help: help), value)
  }

  /// A counter that is kept elsewhere; `value` must be quick.
  public func counter(_ name: String, _ help: String, value: @escaping @Sendable () -> Double) {
    declareAsked(MetricDescription(name: name, kind: .counter, labels: [], help: help), value)
  }

  // MARK: reading

  /// Everything declared, by name.
  public var catalogue: [MetricDescription] {
    sources.withLock { $0.values.map(\.description) }.sorted { $0.name < $1.name }
  }

  /// The text exposition format 0.0.4, sorted by name and label values.
  public func exposition() -> [UInt8] {
    var text = MetricText()
    for source in sources.withLock({ Array($0.values) }).sorted(by: { $0.description.name < $1.description.name }) {
      text.head(source.description)
      source.write(to: &text)
    }
    return text.bytes
  }

  /// The media type of `exposition()`.
  public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  private func declare<Source: MetricSource>(
    _ description: MetricDescription, make: (MetricDescription) -> Source
  ) -> Source {
    precondition(Self.isName(description.name, colons: true), "\(description.name) is no metric name")
    precondition(description.labels.allSatisfy { Self.isName($0, colons: false) }, "bad label of \(description.name)")
    return sources.withLock { sources in
      guard let known = sources[description.name] else {
        let source = make(description)
        sources[description.name] = source
        return source
      }
      guard known.description == description, let same = known as? Source else {
        preconditionFailure("\(description.name) is declared twice and differently")
      }
      return same
    }
  }

  private func declareAsked(_ description: MetricDescription, _ value: @escaping @Sendable () -> Double) {
    _ = declare(description) { AskedMetric(description: $0, ask: value) }
  }

  private static func pairs(_ labels: [String], _ values: [String]) -> [(name: String, value: String)] {
    zip(labels, values).map { ($0, $1) }
  }

  private static func isName(_ name: String, colons: Bool) -> Bool {
    guard let first = name.first, !first.isNumber else { return false }
    return name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || (colons && $0 == ":")) }
  }
}
