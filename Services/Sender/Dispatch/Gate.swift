import Contracts

/// Whether a provider's messages may be called, and what becomes of them if not.
enum Gate: Sendable, Equatable {
  case calls
  /// A few calls try whether the provider is back.
  case probes
  /// They wait, at no attempt's cost: why, and from when; microseconds since 1970.
  case shut(reason: String, until: Int64)

  /// Where nobody knows when it opens.
  static let recheck: Duration = .seconds(30)

  /// - Parameters:
  ///   - tripped: until when this sender's own breaker wants a rest that is not yet written down.
  ///   - instance: this sender.
  init(_ provider: Provider, tripped: Int64?, instance: String, now: Int64) {
    let later = now + Self.recheck.wholeMicroseconds
    let circuit = provider.circuit
    if !provider.isEnabled {
      self = .shut(reason: "provider_disabled", until: later)
    } else if let tripped {
      self = .shut(reason: "circuit_open", until: tripped)
    } else {
      switch circuit.state {
      case .closed: self = .calls
      case .open: self = .shut(reason: "circuit_open", until: circuit.reopensAt ?? later)
      case .halfOpen:
        self = circuit.isProbed(by: instance) ? .probes : .shut(reason: "circuit_open", until: now + 1_000_000)
      }
    }
  }

  /// Whether batches are to be fetched from the broker: for calls, or to hand on what nobody will call here.
  static func fetches(_ provider: Provider, gate: Gate) -> Bool {
    if case .shut = gate { return !provider.isEnabled }
    return true
  }
}
