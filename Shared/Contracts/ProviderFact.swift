/// What a provider is at one revision; the data of every `provider.*` and `circuit.*` event, and what the scheduler goes
/// by. The greatest revision stands. Neither URL nor token leave the sender.
public struct ProviderFact: Codable, Sendable, Equatable {
  /// Whether calls go out.
  public enum Circuit: String, Codable, Sendable, CaseIterable {
    case closed, open
    case halfOpen = "half_open"
  }

  public var id: Int64
  public var name: String
  public var revision: Int64
  public var isEnabled: Bool
  /// Calls a second over all senders; nil for no limit.
  public var rateLimit: Int?
  public var circuit: Circuit
  /// While open: when it is to be tried again; microseconds since 1970. nil while an operator holds it open.
  public var reopensAt: Int64?

  enum CodingKeys: String, CodingKey {
    case id, name, revision, circuit
    case isEnabled = "enabled"
    case rateLimit = "rate_limit"
    case reopensAt = "reopens_at"
  }

  public init(
    id: Int64, name: String, revision: Int64, isEnabled: Bool, rateLimit: Int?, circuit: Circuit, reopensAt: Int64?
  ) {
    self.id = id
    self.name = name
    self.revision = revision
    self.isEnabled = isEnabled
    self.rateLimit = rateLimit
    self.circuit = circuit
    self.reopensAt = reopensAt
  }
}

/// Every provider, for a scheduler that starts or does not know a name yet; the reply to `provider.facts`.
public struct ProviderFacts: Codable, Sendable, Equatable {
  public var providers: [ProviderFact]

  public init(providers: [ProviderFact]) { self.providers = providers }
}
