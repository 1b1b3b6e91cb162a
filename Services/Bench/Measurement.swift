/// How fast calls were made, and what they cost.
struct Measurement {
  let name: String
  let inFlight: Int
  let calls: Int
  let succeeded: Int
  let duration: Duration
  /// Processor time of this process.
  let cpu: Duration

  var callsPerSecond: Double { Double(calls) / (duration / .seconds(1)) }
  var cpuMicrosecondsPerCall: Double { (cpu / .microseconds(1)) / Double(calls) }

  /// The one with the most calls a second and the least processor time a call, taken apart.
  static func best(of measurements: [Measurement]) -> Measurement? {
    guard let first = measurements.first else { return nil }
    return Measurement(
      name: first.name, inFlight: first.inFlight, calls: first.calls,
      succeeded: measurements.map(\.succeeded).min() ?? 0, duration: measurements.map(\.duration).min() ?? .zero,
      cpu: measurements.map(\.cpu).min() ?? .zero)
  }

  var json: String {
    """
    {"name":"\(name)","in_flight":\(inFlight),"calls":\(calls),"succeeded":\(succeeded),\
    "calls_per_second":\(Int(callsPerSecond)),"cpu_us_per_call":\(rounded(cpuMicrosecondsPerCall))}
    """
  }

  /// One line for people, compared with `limit`.
  func line(against limit: Measurement) -> String {
    let speed = callsPerSecond / limit.callsPerSecond
    let cost = cpuMicrosecondsPerCall / limit.cpuMicrosecondsPerCall
    let failed = succeeded == calls ? "" : ", \(calls - succeeded) FAILED"
    return """
      \(name), \(inFlight) in flight: \(Int(callsPerSecond)) calls/s (x\(rounded(speed))), \
      \(rounded(cpuMicrosecondsPerCall)) us CPU a call (x\(rounded(cost)))\(failed)
      """
  }

  private func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
