import Testing

@testable import SMTPClient

struct MailTests {
  private func mail(_ subject: String, _ text: String, id: String = "reset-1") throws -> [String] {
    let message = MailMessage(
      from: try MailAddress("no-reply@example.com"), to: try MailAddress("anna@example.org"), subject: subject,
      text: text, id: id, date: 1_795_251_600)
    return String(decoding: message.bytes(), as: UTF8.self).split(
      separator: "\r\n", omittingEmptySubsequences: false
    ).map(String.init)
  }

  @Test func hasTheFieldsOfAMail() throws {
    #expect(
      try mail("Reset", "Hi") == [
        "From: <no-reply@example.com>", "To: <anna@example.org>", "Subject: Reset",
        "Date: Sat, 21 Nov 2026 09:00:00 +0000", "Message-ID: <reset-1@example.com>", "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64",
        "Auto-Submitted: auto-generated", "", "SGk=", "",
      ])
  }

  @Test(arguments: [
    "a@b.c\r\nBcc: x@y.z", "a@b.c\nX", "a\r@b.c", "a b@c.d", "<a@b.c>", "a@b.c>", "a@b@c.d", "@b.c", "a@", "",
    "a,b@c.d",
    "\"a\"@b.c", "a@b.c\u{0}",
  ])
  func noAddressBeginsALine(_ text: String) {
    #expect(throws: SMTPError.self) { try MailAddress(text) }
  }

  @Test(arguments: ["x\r\nBcc: eve@example.com", "Grüße", "=?utf-8?B?eA==?=", String(repeating: "é", count: 200)])
  func noSubjectAndNoIdBeginsAField(_ text: String) throws {
    let lines = try mail(text, "x", id: "1>\r\nBcc: eve@example.com")
    let fields = lines.prefix { !$0.isEmpty }
    #expect(fields.allSatisfy { $0.utf8.count <= 76 })
    #expect(!fields.contains { $0.lowercased().hasPrefix("bcc") })
    #expect(fields.contains { $0.hasPrefix("Subject: =?utf-8?B?") })
    #expect(fields.contains("Message-ID: <1Bcceveexample.com@example.com>"))
  }

  @Test func textIsBase64InShortLines() throws {
    let lines = try mail("Reset", String(repeating: "Zeile äöü\n.\n", count: 40))
    let body = lines.drop { !$0.isEmpty }.dropFirst()
    #expect(body.allSatisfy { $0.utf8.count <= 76 && !$0.hasPrefix(".") })
  }

  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
  ])
  func base64(_ text: String, _ encoded: String) {
    #expect(Base64.encode(Array(text.utf8)) == encoded)
  }
}
