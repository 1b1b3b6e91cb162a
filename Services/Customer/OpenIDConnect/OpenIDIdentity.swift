import Contracts

/// Who somebody is, as the provider says, and what they may here.
struct OpenIDIdentity: Sendable, Equatable {
  static let maxSubject = 255

  var subject: String
  var username: String
  var role: Role

  /// - Throws: `OpenIDError` where the claims name nobody, or somebody who has no role.
  init(_ claims: JSON, _ settings: OpenIDSettings) throws(OpenIDError) {
    guard case .string(let subject)? = claims["sub"], (1...Self.maxSubject).contains(subject.utf8.count),
      !subject.utf8.contains(0)
    else { throw OpenIDError(.refused, "the identity token names nobody") }
    guard case .string(let username)? = claims[settings.usernameClaim] else {
      throw OpenIDError(.notAllowed, "the provider does not tell \(settings.usernameClaim)")
    }
    do {
      try OperatorRules.checkUsername(username)
    } catch {
      throw OpenIDError(.notAllowed, "the name \(error.detail)")
    }
    guard let role = settings.roles.role(of: claims) else {
      throw OpenIDError(.notAllowed, "you have none of the roles, by your \(settings.roles.claim) at the provider")
    }
    self.subject = subject
    self.username = username
    self.role = role
  }
}
