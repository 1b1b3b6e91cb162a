import SMTPClient
import Testing

/// The driver against a mail server that is none of ours.
struct SMTPClientTests {
  private static func mail(to: String = "anna@example.com", text: String = "Grüße\n.\nEnde") throws -> MailMessage {
    MailMessage(
      from: try MailAddress("no-reply@mailout.example"), to: try MailAddress(to), subject: "Für dich", text: text,
      id: "m-1", date: 1_795_251_600)
  }

  private static func code(_ client: SMTPClient, _ mail: MailMessage) async -> SMTPError? {
    do throws(SMTPError) {
      try await client.send(mail)
      return nil
    } catch {
      return error
    }
  }

  @Test func mailsArriveAsTheyWere() async throws {
    try await MailServer.with { server in
      let client = SMTPClient(configuration: SMTPConfiguration(url: server.url, security: .none))
      for _ in 1...2 { try await client.send(try Self.mail()) }
      let mails = try server.mails()
      #expect(mails.count == 2)
      let mail = try #require(mails.first)
      #expect(mail.from == "no-reply@mailout.example" && mail.to == ["anna@example.com"])
      #expect(mail.headers["subject"] == "Für dich" && mail.headers["message-id"] == "<m-1@mailout.example>")
      #expect(mail.headers["date"] == "Sat, 21 Nov 2026 09:00:00 +0000")
      #expect(mail.text.replacing("\r\n", with: "\n").hasPrefix("Grüße\n.\nEnde"))
      #expect(mail.defects == [] && !mail.tls)
    }
  }

  @Test func whatTheServerRefusesIsTold() async throws {
    try await MailServer.with { server in
      let client = SMTPClient(configuration: SMTPConfiguration(url: server.url, security: .none))
      let gone = await Self.code(client, try Self.mail(to: "gone@example.com"))
      #expect(gone?.code == .refused && gone?.reply == 550 && gone?.isFinal == true)
      #expect(gone?.description.contains("gone@") == false, "an error names nobody")
      let later = await Self.code(client, try Self.mail(to: "later@example.com"))
      #expect(later?.code == .deferred && later?.reply == 451 && later?.isFinal == false)
      // The session goes on.
      #expect(await Self.code(client, try Self.mail()) == nil)
    }
  }

  @Test func tlsAndPassword() async throws {
    try await MailServer.with(auth: true, tls: true) { server in
      func code(_ change: (inout SMTPConfiguration) -> Void) async throws -> SMTPError? {
        var configuration = SMTPConfiguration(
          url: server.url, certificateAuthorities: server.authorities, user: MailServer.user,
          password: MailServer.password)
        change(&configuration)
        return await Self.code(SMTPClient(configuration: configuration), try Self.mail())
      }
      #expect(try await code { _ in } == nil)
      let mail = try #require(try server.mails().first)
      #expect(mail.tls && mail.user == "mailout")
      #expect(try await code { $0.certificateAuthorities = nil }?.code == .tls, "nobody vouches for the certificate")
      let wrong = try await code { $0.password = "wrong" }
      #expect(wrong?.code == .authentication && wrong?.isFinal == false)
      #expect(try server.mails().count == 1)
    }
  }

  @Test func withoutTLSNothingIsSaidWhereItIsRequired() async throws {
    try await MailServer.with(auth: true) { server async throws in
      let configuration = SMTPConfiguration(url: server.url, user: MailServer.user, password: MailServer.password)
      #expect(await Self.code(SMTPClient(configuration: configuration), try Self.mail())?.code == .tls)
    }
  }

  @Test func aServerThatIsAwayOrSilent() async throws {
    let away = SMTPClient(configuration: SMTPConfiguration(url: "smtp://127.0.0.1:1", security: .none))
    #expect(await Self.code(away, try Self.mail())?.code == .unreachable)
    // Nobody accepts: the connection is there, and silent.
    let silent = try TCPProxy(to: "127.0.0.1", port: 1)
    let client = SMTPClient(
      configuration: SMTPConfiguration(
        url: "smtp://127.0.0.1:\(silent.port)", security: .none, timeout: .milliseconds(200)))
    let error = await Self.code(client, try Self.mail())
    #expect(error?.code == .timeout && error?.isFinal == false)
  }
}
