import Contracts
import HTTPServer
import Messaging
import Security
import Synchronization
import Testing

@testable import Gateway

/// `Authorization: Api-Key …`: asked about once in a while, never trusted longer, never a way to flood the service.
@Suite struct APIKeyTests {
  private static let good = APIKey.generate()

  private static func services(
    _ scopes: JSON = ["customers:read"], answer: @escaping @Sendable () throws(Problem) -> Void = {}
  ) -> FakeOperations {
    FakeOperations { asked throws(Problem) in
      guard asked.operation == .verifyAPIKey else { return OperationReply(["id": 7]) }
      try answer()
      guard asked.data["digest"] == .string(Base64URL.encode(good.digest)) else {
        throw Problem(.unauthenticated, "The API key is not good.")
      }
      return OperationReply(["scopes": scopes])
    }
  }

  private static func checks(_ operations: FakeOperations) -> Int {
    operations.asked.count { $0.operation == .verifyAPIKey }
  }

  private static func header(_ key: APIKey) -> [(String, String)] { [("Authorization", "Api-Key \(key.text)")] }

  @Test func opensWhatItsScopesOpen() async throws {
    let operations = Self.services()
    try await TestGateway.run(operations) { gateway in
      for _ in 0..<5 {
        let answer = try await gateway.send("GET", "/api/customers/7", token: .none, headers: Self.header(Self.good))
        #expect(answer.status == 200)
      }
      let other = try await gateway.send("GET", "/api/mailouts/7", token: .none, headers: Self.header(Self.good))
      #expect(other.status == 403)
      #expect(Self.checks(operations) == 1)
      let asked = try #require(operations.asked.first { $0.operation == .verifyAPIKey })
      #expect(asked.data["address"] == "127.0.0.1")
      #expect(!String(decoding: asked.bytes, as: UTF8.self).contains(Self.good.text.suffix(32)))
      #expect(operations.asked.last?.caller.principal == "api-key:\(Self.good.prefix)")
      #expect(operations.asked.last?.caller.origin == "127.0.0.1")
    }
  }

  @Test func badOnesAreRefusedAndSoonNotEvenAskedAbout() async throws {
    let operations = Self.services()
    try await TestGateway.run(operations) { gateway in
      for text in ["", "short", "AbCd1234.tooshort", "AbCd1234_0123456789abcdefghijABCDEFGHIJ01"] {
        let answer = try await gateway.send(
          "GET", "/api/customers/7", token: .none, headers: [("Authorization", "Api-Key \(text)")])
        #expect(answer.status == 401)
      }
      #expect(Self.checks(operations) == 0, "what has not the form of a key is nobody's")
      let forged = APIKey.generate()
      for _ in 0..<3 {
        let answer = try await gateway.send("GET", "/api/customers/7", token: .none, headers: Self.header(forged))
        #expect(answer.status == 401)
        #expect(answer.headers["WWW-Authenticate"]?.contains("invalid_token") == true)
      }
      #expect(Self.checks(operations) == 1)
      for _ in 0..<(FailureLimit.limit + 10) {
        _ = try await gateway.send("GET", "/api/customers/7", token: .none, headers: Self.header(.generate()))
      }
      #expect(Self.checks(operations) == FailureLimit.limit)
      let answer = try await gateway.send("GET", "/api/customers/7", token: .none, headers: Self.header(.generate()))
      #expect(answer.status == 429)
      #expect(answer.headers["Retry-After"] != nil)
    }
  }

  @Test func aKeyInUseIsNotShutOutByForgedOnes() async throws {
    let operations = Self.services()
    try await TestGateway.run(operations) { gateway in
      func use() async throws -> Int {
        try await gateway.send("GET", "/api/customers/7", token: .none, headers: Self.header(Self.good)).status
      }
      #expect(try await use() == 200)
      for _ in 0..<(FailureLimit.limit + 5) {
        _ = try await gateway.send("GET", "/api/customers/7", token: .none, headers: Self.header(.generate()))
      }
      #expect(try await use() == 200)
    }
  }

  @Test func manyWhoWaitAskOnce() async throws {
    let operations = Self.services()
    let instant = ContinuousClock.now
    let desk = RevocableDesk(operations: operations, now: { instant })
    await withTaskGroup { group in
      for _ in 0..<20 {
        group.addTask {
          let state = try? await desk.state(of: RevocableCredential(Self.good), address: "192.0.2.1")
          #expect(state == .good(scopes: ["customers:read"]))
        }
      }
    }
    #expect(Self.checks(operations) == 1)
  }

  @Test func anAnswerIsYoungForSecondsAndStandsInWhileTheServiceIsAway() {
    let cache = RevocableCache()
    let key = RevocableCredential(Self.good)
    let start = ContinuousClock.now
    cache.keep(.good(scopes: ["a"]), of: key, now: start)
    #expect(cache.fresh(key, now: start + RevocableCache.freshness - .milliseconds(1)) == .good(scopes: ["a"]))
    let late = start + RevocableCache.freshness
    #expect(cache.fresh(key, now: late) == nil)
    #expect(cache.stretch(key, now: late) == .good(scopes: ["a"]))
    #expect(cache.fresh(key, now: late + .seconds(1)) == .good(scopes: ["a"]))
    #expect(cache.stretch(key, now: start + RevocableCache.patience) == nil)
    // A revocation is never forgotten by being asked for again.
    cache.keep(.unknown, of: key, now: late)
    #expect(cache.fresh(key, now: late) == .unknown)
    #expect(cache.stretch(key, now: late) == nil)
    #expect(!cache.wasGood(key))
  }

  @Test func isUnavailableWhereItCannotBeChecked() async throws {
    let operations = Self.services { () throws(Problem) in throw Problem(.unavailable, "away") }
    try await TestGateway.run(operations) { gateway in
      let answer = try await gateway.send("GET", "/api/customers/7", token: .none, headers: Self.header(Self.good))
      #expect(answer.status == 503)
    }
  }

  @Test func saysWhoOneIs() async throws {
    try await TestGateway.run(Self.services()) { gateway in
      let key = try await gateway.send("GET", "/api/me", token: .none, headers: Self.header(Self.good))
      #expect(key.json?["kind"] == "api-key")
      #expect(key.json?["scopes"] == ["customers:read"])
      let person = try await gateway.send("GET", "/api/me", token: try TestTokens.token(scopes: []))
      #expect(person.json?["principal"] == "operator:anna")
      #expect(person.json?["scopes"] == [])
      #expect(try await gateway.send("GET", "/api/me", token: .none).status == 401)
    }
  }
}
