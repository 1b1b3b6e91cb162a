import Contracts
import FoundationEssentials

/// What the scheduler goes by when it chooses a provider.
struct ProviderState: Sendable, Equatable {
  var isEnabled: Bool
  /// Calls a second; nil for no limit.
  var rateLimit: Int?
  var circuit: ProviderFact.Circuit
  var reopensAt: Date?

  /// The provider every installation has, before senders have said anything of it.
  static let assumed = ProviderState(isEnabled: true, rateLimit: nil, circuit: .closed, reopensAt: nil)

  var takesWork: Bool { isEnabled && circuit != .open }
}
