import SMTPClient
import Service
import Testing

@testable import Customer

struct MailSettingsTests {
  private func read(_ environment: [String: String]) throws -> MailSettings? {
    var settings = Settings(environment)
    let mail = MailSettings(&settings)
    try settings.finish()
    return mail
  }

  @Test func withoutAServerThereIsNoMail() throws {
    #expect(try read([:]) == nil)
    #expect(try read(["MAILOUT_SMTP_FROM": "a@b.c"]) == nil)
  }

  @Test func hasWhatItIsTold() throws {
    let mail = try #require(
      try read([
        "MAILOUT_SMTP_URL": "smtp://mail.example.com:587", "MAILOUT_SMTP_USER": "u", "MAILOUT_SMTP_PASSWORD": "p",
        "MAILOUT_SMTP_FROM": "no-reply@example.com", "MAILOUT_RESET_URL": "https://example.com/reset",
        "MAILOUT_SMTP_TIMEOUT": "5s",
      ]))
    #expect(mail.smtp.security == .required && mail.smtp.timeout == .seconds(5))
    #expect(mail.smtp.user == "u" && mail.smtp.password == "p" && mail.from.text == "no-reply@example.com")
  }

  @Test(arguments: [
    ("MAILOUT_SMTP_URL", "http://mail.example.com"), ("MAILOUT_SMTP_URL", "smtp://"),
    ("MAILOUT_SMTP_URL", "smtp://u:p@mail.example.com"), ("MAILOUT_SMTP_FROM", "a@b.c\nBcc: x@y.z"),
    ("MAILOUT_SMTP_FROM", ""), ("MAILOUT_SMTP_USER", "u"), ("MAILOUT_SMTP_PASSWORD", "p"),
    ("MAILOUT_SMTP_TLS", "perhaps"), ("MAILOUT_RESET_URL", "javascript:alert(1)"),
  ])
  func mistakesAreRefused(_ name: String, _ value: String) {
    var environment = ["MAILOUT_SMTP_URL": "smtp://localhost", "MAILOUT_SMTP_FROM": "a@b.c"]
    environment[name] = value
    #expect(throws: SettingsError.self) { try read(environment) }
  }

  @Test func noPasswordTravelsInTheClear() {
    #expect(throws: SettingsError.self) {
      try read([
        "MAILOUT_SMTP_URL": "smtp://localhost", "MAILOUT_SMTP_FROM": "a@b.c", "MAILOUT_SMTP_TLS": "none",
        "MAILOUT_SMTP_USER": "u", "MAILOUT_SMTP_PASSWORD": "p",
      ])
    }
  }
}
