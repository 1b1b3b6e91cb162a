import Contracts
import Service
import Testing

@testable import Sender

struct ProviderDraftTests {
  static let good: [String: JSON] = [
    "name": "sms-2", "url": "https://send.example.com/", "token": "abc.def", "concurrency": 10, "rate_limit": 100,
    "timeout_ms": 3000, "connect_timeout_ms": 1000,
    "retry": ["max_attempts": 3, "base_ms": 100, "cap_ms": 1000, "total_ms": 60_000],
    "breaker": ["failure_rate": .number(0.25), "slow_ms": 500, "slow_rate": 1, "min_calls": 7, "open_ms": 1500],
  ]

  static func stored(_ change: (inout Provider) -> Void = { _ in }) throws -> Provider {
    let draft = try ProviderDraft.read(.object(good))
    var provider = Provider(
      id: 3, revision: 4, name: draft.name, baseURL: draft.baseURL, token: draft.token ?? Secret(""), isEnabled: true,
      isEnvironment: false, settings: draft.settings, circuit: Circuit(), createdAt: 0, updatedAt: 0)
    change(&provider)
    return provider
  }

  @Test func whatIsGivenIsTakenAndTheRestHasItsDefault() throws {
    let draft = try ProviderDraft.read(.object(Self.good))
    #expect(draft.baseURL == "https://send.example.com")
    #expect(draft.token?.value == "abc.def")
    #expect(draft.settings.rateLimit == 100)
    #expect(draft.settings.timeout == .seconds(3))
    #expect(
      draft.settings.retry
        == RetryPolicy(maxAttempts: 3, base: .milliseconds(100), cap: .seconds(1), total: .seconds(60)))
    #expect(draft.settings.breaker.failureRate == 0.25)
    #expect(draft.settings.breaker.slowRate == 1)
    #expect(draft.settings.breaker.probes == BreakerPolicy().probes)
  }

  @Test func theStoredFormIsReadBack() throws {
    let settings = try ProviderDraft.read(.object(Self.good)).settings
    #expect(ProviderSettings.stored(.object(settings.members)) == settings)
    #expect(ProviderSettings.stored(.object(ProviderSettings().members)) == ProviderSettings())
    // Of an older release, or a younger one.
    #expect(ProviderSettings.stored(["concurrency": 5, "colour": "blue"]).concurrency == 5)
  }

  @Test func everyFaultIsNamed() throws {
    let body: JSON = [
      "name": "Bad_Name", "url": "ftp://x", "token": "has space", "concurrency": 0, "rate_limit": 0, "timeout_ms": 1,
      "retry": ["max_attempts": 0, "base_ms": 5000, "cap_ms": 1000],
      "breaker": ["failure_rate": .number(1.5), "probes": 0, "x": 1],
      "colour": "blue",
    ]
    let problem = #expect(throws: Problem.self) { try ProviderDraft.read(body) }
    let pointers = Set((problem?.errors ?? []).map { $0.pointer })
    let expected = [
      "/name", "/url", "/token", "/concurrency", "/rate_limit", "/timeout_ms", "/retry/max_attempts",
      "/breaker/failure_rate", "/breaker/probes", "/breaker/x", "/colour",
    ]
    #expect(expected.filter { !pointers.contains($0) } == [])
  }

  @Test(arguments: [
    "", "x", "https://", "https://user:secret@host", "https://host/v1", "https://host/v1/", "https://host?x=1",
    "//host",
  ])
  func aURLThatWouldNotDoIsRefused(url: String) {
    #expect(throws: Problem.self) {
      try ProviderDraft.read(.object(Self.good.merging(["url": .string(url)]) { $1 }))
    }
  }

  @Test(arguments: ["", "-a", "a-", "A", "a.b", "a b", "ä"]) func aNameThatIsNoQueueNameIsRefused(name: String) {
    #expect(throws: Problem.self) {
      try ProviderDraft.read(.object(Self.good.merging(["name": .string(name)]) { $1 }))
    }
  }

  @Test func aNewOneNeedsABearerAndAStoredOneKeepsItsOwn() throws {
    var body = Self.good
    body["token"] = nil
    #expect(throws: Problem.self) { try ProviderDraft.read(.object(body)) }
    #expect(try ProviderDraft.read(.object(body), present: Self.stored()).token == nil)
  }

  /// By PATCH and by PUT: the bearer was given for one origin.
  @Test(arguments: [
    ("https://send.example.com/v2", true), ("https://SEND.example.com:443", true), ("http://send.example.com", false),
    ("https://send.example.com:8443", false), ("https://send.example.org", false),
    ("https://send.example.com.evil.example", false), ("https://evil.example/send.example.com", false),
  ])
  func theBearerFollowsToNoOtherOrigin(url: String, stays: Bool) throws {
    let present = try Self.stored()
    let changes: [String: JSON] = ["url": .string(url)]
    let whole = Self.good.filter { $0.key != "token" }.merging(changes) { $1 }
    let anew: [String: JSON] = ["token": "anew"]
    let expected = stays ? [] : ["/token"]
    #expect(Self.faults { () throws(Problem) in try ProviderDraft.changed(present, by: .object(changes)) } == expected)
    #expect(
      Self.faults { () throws(Problem) in try ProviderDraft.read(.object(whole), present: present) } == expected)
    let given = try ProviderDraft.changed(present, by: .object(changes.merging(anew) { $1 }))
    #expect(given.token?.value == "anew" && given.baseURL == url)
  }

  private static func faults(_ order: () throws(Problem) -> ProviderDraft) -> [String] {
    do throws(Problem) {
      _ = try order()
      return []
    } catch {
      return error.errors.map(\.pointer)
    }
  }

  @Test func aChangeKeepsWhatItDoesNotName() throws {
    let present = try Self.stored()
    let draft = try ProviderDraft.changed(present, by: ["rate_limit": nil, "retry": ["max_attempts": 9]])
    #expect(draft.settings.rateLimit == nil)
    #expect(draft.settings.retry.maxAttempts == 9)
    #expect(draft.settings.retry.base == .milliseconds(100))
    #expect(draft.settings.concurrency == 10)
    #expect(draft.baseURL == present.baseURL)
  }

  @Test func theNameAndTheEnvironmentsAddressStay() throws {
    #expect(throws: Problem.self) { try ProviderDraft.changed(Self.stored(), by: ["name": "other"]) }
    let environment = try Self.stored { $0.isEnvironment = true }
    #expect(throws: Problem.self) { try ProviderDraft.changed(environment, by: ["url": "https://other.example"]) }
    #expect(throws: Problem.self) { try ProviderDraft.changed(environment, by: ["token": "x"]) }
    #expect(try ProviderDraft.changed(environment, by: ["concurrency": 3]).settings.concurrency == 3)
  }

  @Test func theBearerIsNeverShown() throws {
    let provider = try Self.stored()
    #expect(!String(decoding: provider.json.bytes, as: UTF8.self).contains("abc.def"))
    #expect(!"\(provider)".contains("abc.def"))
  }

  @Test func onlyWhatRestsMayBeDeleted() throws {
    func mayDelete(_ claims: Int64 = 0, now: Int64 = 6_000_000, _ change: (inout Provider) -> Void) throws {
      try ProviderRules.mayDelete(try Self.stored(change), openClaims: claims, now: now)
    }
    #expect(throws: Problem.self) { try mayDelete { _ in } }
    try mayDelete { $0.isEnabled = false }
    #expect(throws: Problem.self) { try mayDelete(1) { $0.isEnabled = false } }
    #expect(throws: Problem.self) { try mayDelete(now: 4_000_000) { $0.isEnabled = false } }
    #expect(throws: Problem.self) { try mayDelete { ($0.isEnabled, $0.isEnvironment) = (false, true) } }
  }
}
