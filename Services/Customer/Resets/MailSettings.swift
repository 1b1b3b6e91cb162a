import FoundationEssentials
import SMTPClient
import Service

/// How customers are sent mail of ours; see docs/accounts.md.
struct MailSettings: Sendable {
  var smtp: SMTPConfiguration
  var from: MailAddress
  /// The page where a customer sets a new password; nil where there is none, and the mail shows the bare token.
  var resetURL: String?

  init(smtp: SMTPConfiguration, from: MailAddress, resetURL: String? = nil) {
    self.smtp = smtp
    self.from = from
    self.resetURL = resetURL
  }

  /// nil where no mail server is configured.
  init?(_ settings: inout Settings) {
    let url = settings.optionalString(
      "MAILOUT_SMTP_URL", help: "The mail server: smtp://host:587, or smtps://host:465. Without one no mail is sent.")
    let security = settings.choice(
      "MAILOUT_SMTP_TLS", default: SMTPConfiguration.Security.required,
      help: "required: TLS before anything is said; none: in the clear, for a server on the same machine.")
    let authorities = settings.optionalString(
      "MAILOUT_SMTP_CA_FILE", help: "A PEM file with the authorities that the mail server's certificate is checked by.")
    let user = settings.optionalString("MAILOUT_SMTP_USER", help: "Our user there, if it asks for one.")
    let password = settings.optionalSecret("MAILOUT_SMTP_PASSWORD", help: "That user's password.")
    let from = settings.optionalString("MAILOUT_SMTP_FROM", help: "The address that our mails come from.")
    let timeout = settings.duration(
      "MAILOUT_SMTP_TIMEOUT", default: .seconds(15), in: .seconds(1)...(.seconds(60)), help: "For one mail.")
    let resetURL = settings.optionalString(
      "MAILOUT_RESET_URL", help: "The page where customers set a new password; gets #token=…&email=….")
    guard let url else { return nil }
    Self.check(url: url, user: user, password: password, security: security, &settings)
    let accepted = "an address like no-reply@example.com"
    guard let from else {
      settings.reject("MAILOUT_SMTP_FROM", "is not set", accepted: accepted)
      return nil
    }
    guard let address = try? MailAddress(from) else {
      settings.reject("MAILOUT_SMTP_FROM", "is \(from.debugDescription)", accepted: accepted)
      return nil
    }
    if let resetURL, !resetURL.hasPrefix("https://") && !resetURL.hasPrefix("http://") {
      settings.reject("MAILOUT_RESET_URL", "is \(resetURL)", accepted: "a URL like https://example.com/reset")
    }
    let smtp = SMTPConfiguration(
      url: url, security: security, certificateAuthorities: authorities, user: user, password: password?.value,
      timeout: timeout)
    self.init(smtp: smtp, from: address, resetURL: resetURL)
  }

  private static func check(
    url: String, user: String?, password: Secret?, security: SMTPConfiguration.Security, _ settings: inout Settings
  ) {
    let rest = ["smtp://", "smtps://"].first(where: url.hasPrefix).map { url.dropFirst($0.count) }
    if rest.map({ $0.isEmpty || $0.contains(where: { "@/?# ".contains($0) }) }) ?? true {
      settings.reject(
        "MAILOUT_SMTP_URL", "is not acceptable", accepted: "smtp://host:port or smtps://host:port, without a user")
    }
    if (user == nil) != (password == nil) {
      settings.reject(
        user == nil ? "MAILOUT_SMTP_USER" : "MAILOUT_SMTP_PASSWORD", "is not set", accepted: "both or neither")
    }
    if user != nil, security == .none, url.hasPrefix("smtp://") {
      settings.reject(
        "MAILOUT_SMTP_TLS", "is none", accepted: "required, where there is a password: it would travel in the clear")
    }
  }
}
