import Contracts
import FoundationEssentials
import HTTPClient
import HTTPServer
import Security
import Service
import Synchronization
import Testing

@testable import Customer

/// A provider that lies, errs, changes its keys or says nothing.
@Suite struct OpenIDProviderTests {
  /// What the provider does, and what it was asked.
  private final class Script: HTTPHandler, Sendable {
    struct State {
      var issuer = ""
      var keys: [SigningKey] = []
      var claims: [String: JSON] = [:]
      var signer: SigningKey?
      var tokenStatus = 200
      var discovery: [String: JSON] = [:]
      var userInfo: JSON?
      var asked: [(path: String, body: String, authorization: String?)] = []
    }

    let state = Mutex(State())

    func count(_ path: String) -> Int { state.withLock { $0.asked.count { $0.path == path } } }

    func handle(_ request: HTTPRequest) async -> HTTPResponse {
      let body = String(decoding: request.body.buffered ?? [], as: UTF8.self)
      return state.withLock { state in
        state.asked.append((request.path, body, request.headers["Authorization"]))
        switch request.path {
        case "/.well-known/openid-configuration":
          let base: [String: JSON] = [
            "issuer": .string(state.issuer), "authorization_endpoint": .string("\(state.issuer)/authorize"),
            "token_endpoint": .string("\(state.issuer)/token"), "jwks_uri": .string("\(state.issuer)/keys"),
            "userinfo_endpoint": .string("\(state.issuer)/userinfo"),
          ]
          return .json(JSON.object(base.merging(state.discovery) { $1 }).bytes)
        case "/keys":
          return .json((try? KeySet(state.keys.map(\.publicKey)).jwks()) ?? [])
        case "/token":
          guard state.tokenStatus == 200 else { return .json(Array("{}".utf8), status: state.tokenStatus) }
          guard let key = state.signer ?? state.keys.first,
            let token = try? TokenSigner(key: key).sign(claims: JSON.object(state.claims).bytes)
          else { return .text("no key", status: 500) }
          return .json(JSON.object(["id_token": .string(token), "access_token": "access"]).bytes)
        case "/userinfo":
          guard let told = state.userInfo else { return .text("none", status: 404) }
          return .json(told.bytes)
        default: return .text("nothing", status: 404)
        }
      }
    }
  }

  private static let nonce = "the-nonce"

  private func with(
    secret: String? = nil, _ body: (Script, OpenIDProvider) async throws -> Void
  ) async throws {
    let script = Script()
    var configuration = HTTPServerConfiguration(host: "127.0.0.1", port: 0)
    configuration.threads = 1
    configuration.handlerTimeout = .seconds(3600)
    configuration.requestTimeout = .seconds(3600)
    configuration.idleTimeout = .seconds(3600)
    let server = HTTPServer(configuration: configuration, handler: script)
    try server.start()
    let running = Task { try await server.run() }
    let issuer = "http://127.0.0.1:\(server.port)"
    let key = try SigningKey.generate()
    script.state.withLock {
      $0.issuer = issuer
      $0.keys = [key]
      $0.claims = Self.claims(issuer)
    }
    let settings = OpenIDSettings(
      issuer: issuer, clientID: "mailout", clientSecret: secret.map { Secret($0) },
      redirectURL: "https://mailout.example.com/auth/oidc/callback",
      roles: RoleMapping(claim: "groups", values: [.viewer: ["staff"]]))
    let http = HTTPClient(configuration: HTTPClientConfiguration(connectTimeout: .seconds(600)))
    // Its clock stands still: on a busy machine the keys would grow old between two questions.
    let instant = ContinuousClock.now
    let provider = OpenIDProvider(settings: settings, http: http, timeout: .seconds(600), now: { instant })
    let outcome: Result<Void, any Error>
    do {
      try await body(script, provider)
      outcome = .success(())
    } catch {
      outcome = .failure(error)
    }
    await http.shutdown()
    running.cancel()
    try await running.value
    try outcome.get()
  }

  private static func claims(_ issuer: String) -> [String: JSON] {
    [
      "iss": .string(issuer), "sub": "1", "aud": "mailout", "nonce": .string(nonce), "preferred_username": "anna",
      "groups": ["staff"], "exp": .integer(Int64(Date.now.timeIntervalSince1970) + 300),
    ]
  }

  private func code(_ provider: OpenIDProvider) async -> OpenIDError.Code? {
    do throws(OpenIDError) {
      _ = try await provider.claims(code: "c", verifier: "v", nonce: Self.nonce)
      return nil
    } catch {
      return error.code
    }
  }

  @Test func showsTheVerifierAndOurSecretToTheTokenEndpointAlone() async throws {
    try await with(secret: "s&cret") { script, provider in
      let claims = try await provider.claims(code: "the code", verifier: "the-verifier", nonce: Self.nonce)
      #expect(claims["sub"] == "1")
      let asked = script.state.withLock { $0.asked }
      let exchange = try #require(asked.first { $0.path == "/token" })
      #expect(exchange.body.contains("grant_type=authorization_code&code=the%20code&"))
      #expect(exchange.body.contains("code_verifier=the-verifier"))
      #expect(exchange.authorization == "Basic \(Data("mailout:s%26cret".utf8).base64EncodedString())")
      #expect(asked.filter { $0.path != "/token" }.allSatisfy { $0.authorization == nil })
      #expect(script.count("/userinfo") == 0, "nothing is missing")
    }
  }

  @Test func postsTheSecretWhereTheProviderWantsItSo() async throws {
    try await with(secret: "s") { script, provider in
      script.state.withLock { $0.discovery["token_endpoint_auth_methods_supported"] = ["client_secret_post"] }
      #expect(await code(provider) == nil)
      let exchange = script.state.withLock { $0.asked.first { $0.path == "/token" } }
      #expect(exchange?.authorization == nil)
      #expect(exchange?.body.hasSuffix("client_secret=s") == true)
    }
  }

  @Test func keepsDocumentAndKeysAndAsksAgainForAKeyItDoesNotKnow() async throws {
    try await with { script, provider in
      for _ in 0..<3 { #expect(await code(provider) == nil) }
      #expect(script.count("/.well-known/openid-configuration") == 1)
      #expect(script.count("/keys") == 1)
      // A key of no one: asked for once, and then not again for a while.
      let stranger = try SigningKey.generate()
      script.state.withLock { $0.signer = stranger }
      for _ in 0..<3 { #expect(await code(provider) == .refused) }
      #expect(script.count("/keys") == 1, "the keys are a moment old")
    }
  }

  private static let foreign: [(name: String, value: JSON)] = [
    ("iss", .string("https://else.example.com")), ("aud", "another"), ("aud", ["another"]), ("nonce", "other"),
    ("nonce", .null), ("exp", .integer(1_000_000_000)), ("exp", .null), ("exp", "soon"),
    ("nbf", .integer(9_999_999_999)), ("aud", ["mailout", "another"]),
  ]

  @Test(arguments: foreign)
  func aTokenThatIsNotForThisLogInIsRefused(name: String, value: JSON) async throws {
    try await with { script, provider in
      script.state.withLock { $0.claims[name] = value == .null ? nil : value }
      #expect(await code(provider) == .refused)
    }
  }

  @Test func severalAudiencesNeedUsAsTheParty() async throws {
    try await with { script, provider in
      script.state.withLock {
        $0.claims["aud"] = ["mailout", "another"]
        $0.claims["azp"] = "mailout"
      }
      #expect(await code(provider) == nil)
    }
  }

  @Test func whatIsMissingInTheTokenIsAskedForAndMustBeOfTheSamePerson() async throws {
    try await with { script, provider in
      script.state.withLock {
        $0.claims["groups"] = nil
        $0.userInfo = ["sub": "1", "groups": ["staff"], "preferred_username": "mallory"]
      }
      let claims = try await provider.claims(code: "c", verifier: "v", nonce: Self.nonce)
      #expect(claims["groups"] == ["staff"])
      #expect(claims["preferred_username"] == "anna", "what is signed stands")
      script.state.withLock { $0.userInfo = ["sub": "2", "groups": ["staff"]] }
      #expect(await code(provider) == .refused)
    }
  }

  @Test func anErrorOfTheProviderIsNoRefusal() async throws {
    try await with { script, provider in
      script.state.withLock { $0.tokenStatus = 500 }
      #expect(await code(provider) == .provider)
      script.state.withLock { $0.tokenStatus = 400 }
      #expect(await code(provider) == .refused)
    }
    try await with { script, provider in
      script.state.withLock { $0.discovery["issuer"] = "https://else.example.com" }
      #expect(await code(provider) == .provider)
    }
    let nobody = OpenIDSettings(
      issuer: "http://127.0.0.1:9", clientID: "mailout", clientSecret: nil, redirectURL: "",
      roles: RoleMapping(claim: "groups", values: [:]))
    #expect(await code(OpenIDProvider(settings: nobody, http: HTTPClient())) == .provider)
  }
}
