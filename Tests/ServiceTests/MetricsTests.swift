import Testing

@testable import Service

@Suite struct MetricsTests {
  private let metrics = Metrics()

  private var text: String { String(decoding: metrics.exposition(), as: UTF8.self) }

  @Test func writesTheExpositionFormat() {
    let calls = metrics.counters(
      "mailout_calls_total", "Calls to a provider,\nby \\outcome.", labels: ["provider", "outcome"])
    calls.with("fake", "sent").increment(by: 3)
    calls.with("a\"b\\c\nd", "failed").increment()
    metrics.gauge("mailout_waiting", "Messages that wait.").set(2.5)
    metrics.gauge("mailout_asked", "Asked for.") { .infinity }
    let histogram = metrics.histogram("mailout_call_seconds", "Duration of a call.", buckets: [0.1, 1])
    for value in [0.05, 0.1, 0.5, 7] { histogram.observe(value) }
    #expect(
      text == #"""
        # HELP mailout_asked Asked for.
        # TYPE mailout_asked gauge
        mailout_asked +Inf
        # HELP mailout_call_seconds Duration of a call.
        # TYPE mailout_call_seconds histogram
        mailout_call_seconds_bucket{le="0.1"} 2
        mailout_call_seconds_bucket{le="1"} 3
        mailout_call_seconds_bucket{le="+Inf"} 4
        mailout_call_seconds_sum 7.65
        mailout_call_seconds_count 4
        # HELP mailout_calls_total Calls to a provider,\nby \\outcome.
        # TYPE mailout_calls_total counter
        mailout_calls_total{provider="a\"b\\c\nd",outcome="failed"} 1
        mailout_calls_total{provider="fake",outcome="sent"} 3
        # HELP mailout_waiting Messages that wait.
        # TYPE mailout_waiting gauge
        mailout_waiting 2.5

        """#)
  }

  @Test func histogramsWithLabelsKeepThem() {
    let family = metrics.histograms("mailout_x_seconds", "X.", labels: ["kind"], buckets: [1, .infinity, 0.5])
    family.with("a").observe(.milliseconds(500))
    #expect(
      text == #"""
        # HELP mailout_x_seconds X.
        # TYPE mailout_x_seconds histogram
        mailout_x_seconds_bucket{kind="a",le="0.5"} 1
        mailout_x_seconds_bucket{kind="a",le="1"} 1
        mailout_x_seconds_bucket{kind="a",le="+Inf"} 1
        mailout_x_seconds_sum{kind="a"} 0.5
        mailout_x_seconds_count{kind="a"} 1

        """#)
  }

  @Test(
    arguments: [(0.0, 0), (0.001, 0), (0.0011, 1), (10, 12), (10.1, 13), (.infinity, 13), (-1, 0)] as [(Double, Int)])
  func valuesFallIntoTheirBucket(value: Double, bucket: Int) {
    let histogram = Histogram(bounds: Histogram.latencyBuckets)
    histogram.observe(value)
    #expect(histogram.counts.firstIndex(of: 1) == bucket)
    #expect(histogram.counts.count == Histogram.latencyBuckets.count + 1)
  }

  @Test func countersOnlyRiseAndGaugesDoBoth() {
    let counter = metrics.counter("a_total", "A.")
    counter.increment(by: -5)
    counter.increment()
    #expect(counter.value == 1)
    let gauge = metrics.gauge("b", "B.")
    gauge.increment()
    gauge.add(-3.5)
    gauge.decrement()
    #expect(gauge.value == -3.5)
  }

  @Test func theSameDeclarationIsTheSameMetric() {
    metrics.counter("a_total", "A.").increment()
    metrics.counter("a_total", "A.").increment()
    #expect(metrics.counter("a_total", "A.").value == 2)
    let family = metrics.counters("b_total", "B.", labels: ["x"])
    #expect(family.with("1") === family.with("1"))
    #expect(family.with("1") !== family.with("2"))
  }

  @Test func aFamilyIsBounded() {
    let family = metrics.counters("a_total", "A.", labels: ["id", "kind"])
    for id in 0..<3000 { family.with("\(id)", "x").increment() }
    #expect(text.split(separator: "\n").count == 2 + 1000 + 1)
    #expect(text.contains(#"a_total{id="other",kind="other"} 2000"#))
  }

  @Test func noIncrementIsLost() async {
    let counter = metrics.counter("a_total", "A.")
    let histogram = metrics.histogram("b_seconds", "B.")
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<1000 {
            counter.increment()
            histogram.observe(0.5)
          }
        }
      }
    }
    #expect(counter.value == 8000)
    #expect(histogram.sum == 4000)
    #expect(histogram.counts.reduce(0, +) == 8000)
  }

  @Test func theCatalogueListsEverything() {
    _ = metrics.gauges("b", "B.", labels: ["x"])
    metrics.gauge("a_bytes", "A.") { 1 }
    #expect(
      metrics.catalogue == [
        MetricDescription(name: "a_bytes", kind: .gauge, labels: [], help: "A."),
        MetricDescription(name: "b", kind: .gauge, labels: ["x"], help: "B."),
      ])
  }

  @Test func aProcessShowsItself() throws {
    ProcessMetrics.declare(in: metrics)
    let values = Dictionary(
      uniqueKeysWithValues: text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
        let parts = line.split(separator: " ")
        return (String(parts[0]), Double(parts[1]) ?? .nan)
      })
    #expect(try #require(values["process_resident_memory_bytes"]) > 1e6)
    #expect(try #require(values["process_cpu_seconds_total"]) > 0)
    #expect(try #require(values["process_open_fds"]) >= 3)
    #expect(try #require(values["process_start_time_seconds"]) > 1.7e9)
  }
}
