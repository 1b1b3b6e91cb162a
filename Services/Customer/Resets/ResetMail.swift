import Contracts
import FoundationEssentials
import SMTPClient

/// The mail with a one-time token.
struct ResetMail: Sendable {
  /// For how long the token is good.
  static let lifetimeSeconds: Int64 = 3600

  let customer: ProfileRecord
  let token: String
  let settings: MailSettings
  /// Of the row that asks for it: the same however often it is tried.
  let number: Int64

  /// - Throws: `SMTPError` `.invalid` where no mail can be sent to the address.
  func message(now: Date = .now) throws(SMTPError) -> MailMessage {
    MailMessage(
      from: settings.from, to: try MailAddress(customer.email), subject: isGerman ? "Neues Passwort" : "New password",
      text: isGerman ? german : english, id: "reset-\(number)-\(customer.uuidText)",
      date: Int(now.timeIntervalSince1970))
  }

  private var isGerman: Bool { customer.language?.lowercased().hasPrefix("de") == true }

  private var english: String {
    """
    Hello,

    somebody, you perhaps, has asked for a new password for \(customer.email).
    Within an hour it can be set, once, with this token:

    \(way)

    If it was not you, do nothing: your password stays as it is.

    """
  }

  private var german: String {
    """
    Guten Tag,

    jemand, vielleicht Sie selbst, hat ein neues Passwort für \(customer.email) verlangt.
    Binnen einer Stunde lässt es sich, einmal, mit diesem Token setzen:

    \(way)

    Waren nicht Sie es, so tun Sie nichts: Ihr Passwort bleibt, wie es ist.

    """
  }

  /// The token, and the page that takes it. In the fragment, which browsers tell no server.
  private var way: String {
    guard let url = settings.resetURL else { return token }
    return "\(token)\n\n\(url)#token=\(token)&email=\(Contracts.URLText.escape(customer.email))"
  }
}
