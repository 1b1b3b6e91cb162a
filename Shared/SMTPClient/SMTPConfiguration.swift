/// Which server takes our mail, and how it is spoken to.
public struct SMTPConfiguration: Sendable {
  public enum Security: String, Sendable, CaseIterable {
    /// TLS before a word of the mail or the password is said: STARTTLS, or from the first byte with `smtps`.
    case required
    /// Everything in the clear: for a server on the same machine.
    case none
  }

  /// `smtp://host:587` or `smtps://host:465`, without a user.
  public var url: String
  public var security: Security
  /// A PEM file of authorities in place of the system's.
  public var certificateAuthorities: String?
  /// With the password: for AUTH. Nil for none.
  public var user: String?
  public var password: String?
  /// For a whole mail, from the connection on.
  public var timeout: Duration

  public init(
    url: String, security: Security = .required, certificateAuthorities: String? = nil, user: String? = nil,
    password: String? = nil, timeout: Duration = .seconds(30)
  ) {
    self.url = url
    self.security = security
    self.certificateAuthorities = certificateAuthorities
    self.user = user
    self.password = password
    self.timeout = timeout
  }
}
