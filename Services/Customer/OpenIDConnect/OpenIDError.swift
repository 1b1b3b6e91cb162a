import Contracts

/// Why a log-in through the provider came to nothing.
struct OpenIDError: Error, Sendable, Equatable {
  enum Code: Sendable {
    /// The provider does not answer, or not as it should.
    case provider
    /// The provider, or we, do not accept this log-in.
    case refused
    /// It is who they are, but they may not.
    case notAllowed
  }

  let code: Code
  let message: String

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// As the caller hears it.
  var problem: Problem {
    switch code {
    case .provider: Problem(.unavailable, "The identity provider cannot be used at the moment: \(message).")
    case .refused: Problem(.unauthenticated, "The log-in is not accepted: \(message).")
    case .notAllowed: Problem(.forbidden, "You may not log in here: \(message).")
    }
  }
}
