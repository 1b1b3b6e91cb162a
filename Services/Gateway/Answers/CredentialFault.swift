/// Why a credential does not open a route.
enum CredentialFault: Sendable, Equatable {
  /// There is none, or none that can be read.
  case missing
  /// It is unknown, expired, revoked or forged.
  case bad
  /// A good token of a client that is disabled.
  case disabledClient
  /// It is good, and may not do this.
  case lacksScope
}
