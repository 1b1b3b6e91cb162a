import Contracts

extension BreakerPolicy {
  /// For rows and people.
  var json: JSON {
    [
      "window_ms": .ms(window), "failure_rate": .number(failureRate), "slow_ms": .ms(slow),
      "slow_rate": .number(slowRate), "min_calls": .integer(Int64(minimumCalls)), "open_ms": .ms(openFor),
      "probes": .integer(Int64(probes)),
    ]
  }

  /// What an object changes of it.
  func changed(by reader: inout FieldReader) -> BreakerPolicy {
    var policy = self
    reader.set(&policy.window, "window_ms", in: 1000...600_000)
    reader.set(&policy.failureRate, "failure_rate")
    reader.set(&policy.slow, "slow_ms", in: 10...120_000)
    reader.set(&policy.slowRate, "slow_rate")
    reader.set(&policy.minimumCalls, "min_calls", in: 1...100_000)
    reader.set(&policy.openFor, "open_ms", in: 100...3_600_000)
    reader.set(&policy.probes, "probes", in: 1...20)
    return policy
  }
}
