import Synchronization

/// All series of one metric: one handle for each set of label values.
///
/// Ask for a handle once and keep it: `with` takes a lock, the handle does not.
public final class MetricFamily<Handle: Sendable>: Sendable {
  public let description: MetricDescription
  private let make: @Sendable () -> Handle
  private let render: @Sendable (Handle, [String], inout MetricText) -> Void
  private let series = Mutex<[[String]: Handle]>([:])

  /// Beyond so many series, all further ones are counted together under the label value "other".
  static var maximumSeries: Int { 1000 }

  init(
    _ description: MetricDescription, make: @escaping @Sendable () -> Handle,
    render: @escaping @Sendable (Handle, [String], inout MetricText) -> Void
  ) {
    self.description = description
    self.make = make
    self.render = render
  }

  /// The handle for these label values, in the order of the labels. It is shown, at zero, from now on.
  public func with(_ values: String...) -> Handle { handle(values) }

  func handle(_ values: [String]) -> Handle {
    precondition(values.count == description.labels.count, "\(description.name) has \(description.labels.count) labels")
    return series.withLock { series in
      if let known = series[values] { return known }
      let isFull = !values.isEmpty && series.count >= Self.maximumSeries
      let key = isFull ? values.map { _ in "other" } : values
      if let known = series[key] { return known }
      let handle = make()
      series[key] = handle
      return handle
    }
  }
}

extension MetricFamily: MetricSource {
  func write(to text: inout MetricText) {
    for (values, handle) in series.withLock({ $0 }).sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      render(handle, values, &text)
    }
  }
}
