/// Why a mail was not taken. Never holds an address, a password, or a word of the mail.
public struct SMTPError: Error, Sendable, CustomStringConvertible {
  public enum Code: String, Sendable {
    /// The mail or an address cannot be sent as it is.
    case invalid
    /// The server cannot be reached, or went away.
    case unreachable
    /// No TLS, or a certificate that is not trusted.
    case tls
    /// The server does not take the user and the password.
    case authentication
    case timeout
    /// The server says not now (4yz).
    case deferred
    /// The server says no (5yz).
    case refused
    /// libcurl could not work.
    case `internal`
  }

  public let code: Code
  public let message: String
  /// The server's last reply, 250 or 550; nil where there was none.
  public let reply: Int?

  init(_ code: Code, _ message: String, reply: Int? = nil) {
    self.code = code
    self.message = message
    self.reply = reply
  }

  /// Whether the same mail will never be taken: it is wrong itself, or its recipient is.
  public var isFinal: Bool { code == .invalid || code == .refused }

  public var description: String {
    "SMTP \(code.rawValue)\(reply.map { " (\($0))" } ?? ""): \(message)"
  }
}
