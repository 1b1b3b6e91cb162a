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
