import Contracts

/// What an administrator may do with a provider.
enum ProviderRules {
  /// So long after it was disabled its last batches have come and gone back.
  private static let rest: Int64 = 5_000_000

  /// - Parameter now: microseconds since 1970.
  static func mayDelete(_ provider: Provider, openClaims: Int64, now: Int64) throws(Problem) {
    if provider.isEnvironment {
      throw Problem(.conflict, "This provider is the environment's (MAILOUT_PROVIDER_URL); it can be disabled.")
    }
    if provider.isEnabled {
      throw Problem(.conflict, "The provider is enabled; disable it first, so that its work goes back.")
    }
    if openClaims > 0 || now - provider.updatedAt < rest {
      throw Problem(.conflict, "The provider still has work in hand; try again in a few seconds.")
    }
  }

  /// `{"state": "open" | "closed" | "auto"}`
  static func circuitOrder(_ body: JSON) throws(Problem) -> Circuit.Mode {
    var reader = FieldReader(body)
    let state = reader.string("state", required: true, max: 20)
    let mode = state.flatMap { Circuit.Mode(rawValue: $0) }
    if state != nil && mode == nil {
      reader.fail("state", "must be one of: \(Circuit.Mode.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    try reader.finish()
    return mode ?? .auto
  }
}
