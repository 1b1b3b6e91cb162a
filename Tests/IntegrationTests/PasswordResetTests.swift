import Contracts
import FoundationEssentials
import Messaging
import SMTPClient
import Security
import Service
import Testing

@testable import Customer

/// A new password by a one-time token that is mailed, by way of a mail server that is none of ours.
struct PasswordResetTests {
  private typealias Accounts = CustomerAccountTests
  private static let new = "a new password"

  private struct Setting: Sendable {
    let fixture: CustomerFixture
    let server: MailServer
    let mailer: ResetMailer
    let metrics: Metrics

    func ask(_ email: String, origin: String? = nil) async throws {
      #expect(
        try JSON.parse(
          try await fixture.call(
            .requestReset, ["email": .string(email)], principal: "service:gateway", scopes: [], origin: origin
          ).body) == ["email": .string(email)])
    }

    func problem(_ operation: Contracts.Operation, _ data: JSON, origin: String? = nil) async throws -> Problem? {
      try await CustomerAccountTests.problem(fixture, operation, data, origin: origin)
    }

    func set(_ token: String, email: String = "anna@example.com") async throws -> Problem? {
      try await problem(
        .resetPassword, ["email": .string(email), "password": .string(PasswordResetTests.new), "token": .string(token)])
    }

    /// Sends everything that is due.
    func send() async throws {
      while try await mailer.sendNext() {}
    }

    func waiting() async throws -> Int64 { try await fixture.count("select count(*) from customer.reset_mail") }
  }

  private static func with(resetURL: String? = nil, _ body: (Setting) async throws -> Void) async throws {
    try await MailServer.with { server in
      let mailbox = ResetMailbox()
      let settings = MailSettings(
        smtp: SMTPConfiguration(url: server.url, security: .none),
        from: try MailAddress("no-reply@mailout.example"), resetURL: resetURL)
      try await CustomerFixture.with(mailbox: mailbox) { fixture in
        let metrics = Metrics()
        let mailer = ResetMailer(
          mailbox: mailbox, settings: settings, pool: fixture.pool, metrics: CustomerMetrics(metrics),
          log: Log(service: "customer", instance: "test", level: .error))
        try await body(Setting(fixture: fixture, server: server, mailer: mailer, metrics: metrics))
      }
    }
  }

  @Test func aMailedTokenSetsAPasswordOnceAndEndsEverySession() async throws {
    try await Self.with(resetURL: "https://shop.example/reset") { setting in
      let fixture = setting.fixture
      _ = try await fixture.call(.signUp, Accounts.anna)
      let begun = try await Accounts.logIn(fixture)
      try await setting.ask("ANNA@example.com")
      try await setting.send()
      let mail = try #require(try setting.server.mails().first)
      #expect(mail.to == ["anna@example.com"] && mail.from == "no-reply@mailout.example")
      #expect(mail.headers["subject"] == "Neues Passwort" && mail.headers["auto-submitted"] == "auto-generated")
      let token = try #require(mail.token)
      #expect(mail.text.contains("https://shop.example/reset#token=\(token)&email=anna%40example.com"))
      #expect(try await setting.set(token, email: "bob@example.com")?.errors.map(\.pointer) == ["/token"])
      #expect(try await setting.set(token, email: "Anna@example.com") == nil)
      #expect(try await setting.set(token)?.errors.map(\.pointer) == ["/token"], "it was good once")
      #expect(try await !Accounts.goesOn(fixture, try await Accounts.sessionID(fixture, begun)))
      #expect(
        try await setting.problem(.refreshSession, ["refresh_token": begun["refresh_token"] ?? .null])?.code
          == .unauthenticated)
      await #expect(throws: Problem.self) { try await Accounts.logIn(fixture) }
      _ = try await Accounts.logIn(fixture, "anna@example.com", Self.new)
      #expect(try await setting.waiting() == 0)
    }
  }

  @Test func whoIsKnownWithoutAnAccountGetsOne() async throws {
    try await Self.with { setting in
      let fixture = setting.fixture
      _ = try await fixture.call(.createCustomer, ["email": "anna@example.com", "first_name": "Anna"])
      try await setting.ask("anna@example.com")
      try await setting.send()
      let mail = try #require(try setting.server.mails().first)
      #expect(mail.headers["subject"] == "New password")
      #expect(try await setting.set(try #require(mail.token)) == nil)
      let session = try await Accounts.logIn(fixture, "anna@example.com", Self.new)
      #expect(session["language"] == "en")
    }
  }

  @Test func nobodyLearnsWhoIsKnown() async throws {
    try await Self.with { setting in
      _ = try await setting.fixture.call(.signUp, Accounts.anna)
      for email in ["anna@example.com", "nobody@example.com"] { try await setting.ask(email) }
      #expect(try await setting.waiting() == 2, "both are kept alike")
      try await setting.send()
      #expect(try setting.server.mails().map(\.to) == [["anna@example.com"]])
      #expect(try await setting.waiting() == 0)
      let bad = try await setting.set("x")
      #expect(bad == (try await setting.set("x", email: "nobody@example.com")))
    }
  }

  @Test func askingTwiceBeforeTheMailIsOneMail() async throws {
    try await Self.with { setting in
      _ = try await setting.fixture.call(.signUp, Accounts.anna)
      for email in ["anna@example.com", "ANNA@example.com"] { try await setting.ask(email) }
      try await setting.send()
      #expect(try setting.server.mails().count == 1)
      // Every token is good until one is used.
      try await setting.ask("anna@example.com")
      try await setting.send()
      let tokens = try setting.server.mails().compactMap(\.token)
      #expect(Set(tokens).count == 2)
      #expect(try await setting.set(tokens[0]) == nil)
      #expect(try await setting.set(tokens[1]) != nil)
    }
  }

  @Test func aTokenLapsesAndGoesWithTheAddress() async throws {
    try await Self.with { setting in
      let fixture = setting.fixture
      let made = try await fixture.json(.signUp, Accounts.anna)
      for _ in 1...2 {
        try await setting.ask("anna@example.com")
        try await setting.send()
      }
      let tokens = try setting.server.mails().compactMap(\.token)
      try await fixture.pool.query(
        "update customer.password_reset set expires_at = now() where digest = \(SecretDigest.of(tokens[0]))")
      #expect(try await setting.set(tokens[0]) != nil)
      _ = try await fixture.call(
        .updateCustomer, ["id": made["id"] ?? .null, "changes": ["email": "anna@example.org"]])
      #expect(try await setting.set(tokens[1]) != nil)
      #expect(try await setting.set(tokens[1], email: "anna@example.org") != nil, "it went to the other address")
    }
  }

  @Test func ofManyAtOnceOneUsesTheToken() async throws {
    try await Self.with { setting in
      _ = try await setting.fixture.call(.signUp, Accounts.anna)
      try await setting.ask("anna@example.com")
      try await setting.send()
      let token = try #require(try setting.server.mails().first?.token)
      let outcomes = try await withThrowingTaskGroup(of: Bool.self) { group in
        for _ in 0..<8 { group.addTask { try await setting.set(token) == nil } }
        return try await group.reduce(into: [Bool]()) { $0.append($1) }
      }
      #expect(outcomes.count { $0 } == 1)
    }
  }

  @Test func aMailThatIsNotTakenIsTriedAgainAndOneThatNeverWillBeIsNot() async throws {
    try await Self.with { setting in
      let fixture = setting.fixture
      for name in ["later", "gone"] {
        _ = try await fixture.call(.createProfile, ["email": .string("\(name)@example.com")])
        try await setting.ask("\(name)@example.com")
      }
      // Each once: the pause of the one may be none, so it is due again or not.
      for _ in 1...2 { #expect(try await setting.mailer.sendNext()) }
      #expect(try await setting.waiting() == 1)
      #expect(try setting.server.mails().isEmpty)
      try setting.server.open()
      // What a copy took when it was killed is another's once the lease is over.
      _ = try await ResetMailStore().take(lease: .seconds(60), on: fixture.pool)
      try await fixture.pool.query("update customer.reset_mail set due_at = now()")
      try await setting.send()
      #expect(try setting.server.mails().map(\.to) == [["later@example.com"]])
      #expect(try await setting.waiting() == 0)
      let told = String(decoding: setting.metrics.exposition(), as: UTF8.self)
      for line in ["deferred", "failed", "sent"] {
        #expect(told.contains("mailout_reset_mails_total{result=\"\(line)\"} 1"), "\(line)")
      }
    }
  }

  @Test func aMailIsNotTriedForEver() async throws {
    try await Self.with { setting in
      _ = try await setting.fixture.call(.createProfile, ["email": "later@example.com"])
      try await setting.ask("later@example.com")
      try await setting.fixture.pool.query("update customer.reset_mail set created_at = now() - interval '2 hours'")
      try await setting.send()
      #expect(try await setting.waiting() == 0)
      #expect(try setting.server.mails().isEmpty)
    }
  }

  @Test func theOldPasswordProvesAsMuch() async throws {
    try await Self.with { setting in
      let fixture = setting.fixture
      _ = try await fixture.call(.signUp, Accounts.anna)
      let begun = try await Accounts.logIn(fixture)
      func change(_ old: String, email: String = "anna@example.com") async throws -> Problem? {
        try await setting.problem(
          .resetPassword, ["email": .string(email), "password": .string(Self.new), "old_password": .string(old)])
      }
      #expect(try await change("wrong")?.code == .unauthenticated)
      #expect(try await change("wrong", email: "nobody@example.com")?.code == .notFound)
      #expect(try await change(Accounts.password) == nil)
      #expect(try await !Accounts.goesOn(fixture, try await Accounts.sessionID(fixture, begun)))
      _ = try await Accounts.logIn(fixture, "anna@example.com", Self.new)
    }
  }

  @Test func aTokenOpensAnAccountThatTriesHaveLocked() async throws {
    try await Self.with { setting in
      let fixture = setting.fixture
      _ = try await fixture.call(.signUp, Accounts.anna)
      for _ in 0...LoginThrottle.accountLimit {
        _ = try await setting.problem(.logIn, ["email": "anna@example.com", "password": "wrong"])
      }
      let locked = await #expect(throws: Problem.self) { try await Accounts.logIn(fixture) }
      #expect(locked?.code == .throttled)
      try await setting.ask("anna@example.com")
      try await setting.send()
      #expect(try await setting.set(try #require(try setting.server.mails().first?.token)) == nil)
      _ = try await Accounts.logIn(fixture, "anna@example.com", Self.new)
    }
  }

  @Test func badTokensAreThrottledByAddress() async throws {
    try await Self.with { setting async throws in
      let data: JSON = ["email": "anna@example.com", "password": .string(Self.new), "token": "x"]
      for _ in 0..<LoginThrottle.addressLimit {
        #expect(try await setting.problem(.resetPassword, data, origin: "192.0.2.1")?.code == .invalid)
      }
      #expect(try await setting.problem(.resetPassword, data, origin: "192.0.2.1")?.code == .throttled)
      #expect(try await setting.problem(.resetPassword, data, origin: "192.0.2.2")?.code == .invalid)
    }
  }

  @Test func askingIsThrottledByAddressAndAccountAlike() async throws {
    try await Self.with { setting in
      _ = try await setting.fixture.call(.signUp, Accounts.anna)
      for email in ["anna@example.com", "nobody@example.com"] {
        for _ in 0..<ResetHandlers.mailLimit { try await setting.ask(email) }
        #expect(try await setting.problem(.requestReset, ["email": .string(email)])?.code == .throttled)
      }
      for number in 0..<ResetHandlers.askingLimit {
        try await setting.ask("n\(number)@example.com", origin: "192.0.2.1")
      }
      #expect(
        try await setting.problem(.requestReset, ["email": "m@example.com"], origin: "192.0.2.1")?.code == .throttled)
    }
  }

  @Test func faultsAreNamed() async throws {
    try await Self.with { setting async throws in
      func pointers(_ operation: Contracts.Operation, _ data: JSON) async throws -> [String] {
        (try await setting.problem(operation, data)?.errors.map(\.pointer) ?? []).sorted()
      }
      #expect(try await pointers(.requestReset, ["email": "x\r\nBcc: a@b.c", "more": 1]) == ["/email", "/more"])
      let email: JSON = "anna@example.com"
      #expect(try await pointers(.resetPassword, ["email": email]) == ["/password", "/token"])
      #expect(
        try await pointers(
          .resetPassword, ["email": email, "password": "12345678", "token": "x", "old_password": "y"])
          == ["/old_password"])
    }
  }

  @Test func withoutAMailServerItIsSaid() async throws {
    try await CustomerFixture.with { fixture in
      _ = try await fixture.call(.signUp, Accounts.anna)
      for email in ["anna@example.com", "nobody@example.com"] {
        let problem = try await Accounts.problem(fixture, .requestReset, ["email": .string(email)])
        #expect(problem?.code == .unavailable && problem?.detail.contains("MAILOUT_SMTP_URL") == true)
      }
      #expect(try await fixture.count("select count(*) from customer.reset_mail") == 0)
    }
  }

  @Test func noTokenIsKept() async throws {
    try await Self.with { setting in
      _ = try await setting.fixture.call(.signUp, Accounts.anna)
      try await setting.ask("anna@example.com")
      try await setting.send()
      let token = try #require(try setting.server.mails().first?.token)
      for row in try await setting.fixture.pool.query("select t::text from customer.password_reset t") {
        #expect(try !row[0, as: String.self].contains(token))
      }
    }
  }
}
