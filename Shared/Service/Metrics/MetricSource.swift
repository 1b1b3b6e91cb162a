/// What the registry asks for its samples at every scrape.
protocol MetricSource: Sendable {
  var description: MetricDescription { get }
  func write(to text: inout MetricText)
}

/// A metric whose value is asked for at every scrape.
struct AskedMetric: MetricSource {
  let description: MetricDescription
  let ask: @Sendable () -> Double

  func write(to text: inout MetricText) {
    text.sample(description.name, [], ask())
  }
}
