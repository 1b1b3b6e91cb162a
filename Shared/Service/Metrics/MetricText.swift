/// Writes the text exposition format, version 0.0.4.
struct MetricText {
  private(set) var bytes: [UInt8] = []

  mutating func head(_ metric: MetricDescription) {
    append("# HELP \(metric.name) \(Self.escape(metric.help, quotes: false))\n")
    append("# TYPE \(metric.name) \(metric.kind.rawValue)\n")
  }

  mutating func sample(_ name: String, _ labels: [(name: String, value: String)], _ value: Double) {
    sample(name, labels, text: Self.number(value))
  }

  mutating func sample(_ name: String, _ labels: [(name: String, value: String)], _ value: UInt64) {
    sample(name, labels, text: String(value))
  }

  /// `_bucket` lines with the counts added up, then `_sum` and `_count`.
  mutating func histogram(_ name: String, _ labels: [(name: String, value: String)], _ histogram: Histogram) {
    var count: UInt64 = 0
    for (bound, inBucket) in zip(histogram.bounds + [.infinity], histogram.counts) {
      count += inBucket
      sample("\(name)_bucket", labels + [("le", Self.number(bound))], count)
    }
    sample("\(name)_sum", labels, histogram.sum)
    sample("\(name)_count", labels, count)
  }

  private mutating func sample(_ name: String, _ labels: [(name: String, value: String)], text: String) {
    append(name)
    if !labels.isEmpty {
      let pairs = labels.map { "\($0.name)=\"\(Self.escape($0.value, quotes: true))\"" }
      append("{\(pairs.joined(separator: ","))}")
    }
    append(" \(text)\n")
  }

  private mutating func append(_ text: String) {
    bytes.append(contentsOf: text.utf8)
  }

  private static func number(_ value: Double) -> String {
    if value == .infinity { return "+Inf" }
    if value == -.infinity { return "-Inf" }
    if value.isNaN { return "NaN" }
    return Int64(exactly: value).map { String($0) } ?? "\(value)"
  }

  private static func escape(_ text: String, quotes: Bool) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": escaped += "\\\\"
      case "\n": escaped += "\\n"
      case "\"" where quotes: escaped += "\\\""
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
