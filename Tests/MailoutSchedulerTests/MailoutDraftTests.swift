import Contracts
import FoundationEssentials
import Testing

@testable import MailoutScheduler

struct MailoutDraftTests {
  private let now = Date(timeIntervalSince1970: 1_795_251_600)
  private let good: JSON = [
    "name": "Spring", "text": "Hello {{first_name|you}}", "start_at": "2026-11-21T10:00:00Z",
    "end_at": "2026-11-21T15:00:00+03:00", "filter": ["tags": ["vip"], "phone_codes": ["916"]],
  ]

  private func read(_ changes: [String: JSON?]) throws(Problem) -> MailoutDraft {
    guard case .object(var members) = good else { throw Problem(.internal, "") }
    for (name, value) in changes { members[name] = value }
    return try MailoutDraft.read(.object(members), now: now, providers: ["default"])
  }

  private func pointers(_ changes: [String: JSON?]) -> [String] {
    do {
      _ = try read(changes)
      return []
    } catch {
      return error.errors.map(\.pointer)
    }
  }

  @Test func aGoodOneIsReadAsItStands() throws {
    let draft = try read([:])
    #expect(draft.name == "Spring")
    #expect(draft.startAt == Date(timeIntervalSince1970: 1_795_255_200))
    #expect(draft.endAt == Date(timeIntervalSince1970: 1_795_262_400))
    #expect(draft.filter == AudienceFilter(tags: ["vip"], phoneCodes: ["916"]))
    #expect(draft.provider == "default")
    #expect(draft.rateLimit == nil)
  }

  @Test func withoutAStartItStartsNow() throws {
    #expect(try read(["start_at": nil]).startAt == now)
  }

  @Test func faults() {
    #expect(pointers(["end_at": "2026-11-21T09:59:59Z"]) == ["/end_at"])
    #expect(pointers(["end_at": "2026-11-21T10:00:00Z"]) == ["/end_at"])
    #expect(pointers(["end_at": nil]) == ["/end_at"])
    #expect(pointers(["start_at": "2026-11-20T10:00:00Z", "end_at": "2026-11-20T11:00:00Z"]) == ["/end_at"])
    #expect(pointers(["end_at": "2029-01-01T00:00:00Z"]) == ["/end_at"])
    #expect(pointers(["start_at": "2026-11-21T10:00:00"]) == ["/start_at"])
    #expect(pointers(["text": ""]) == ["/text"])
    #expect(pointers(["text": nil]) == ["/text"])
    #expect(pointers(["text": "{{oops"]) == ["/text"])
    #expect(pointers(["text": .string(String(repeating: "x", count: 4097))]) == ["/text"])
    #expect(pointers(["filter": ["tag": "vip"]]) == ["/filter/tag"])
    #expect(pointers(["filter": ["phone_codes": ["91x"]]]) == ["/filter/phone_codes/0"])
    #expect(pointers(["provider": "nobody"]) == ["/provider"])
    #expect(pointers(["rate_limit": 0]) == ["/rate_limit"])
    #expect(pointers(["rate_limit": .number(1.5)]) == ["/rate_limit"])
    #expect(pointers(["rate_limit": "5"]) == ["/rate_limit"])
    #expect(pointers(["unknown": 1]) == ["/unknown"])
  }

  @Test func everyFaultIsToldAtOnce() {
    let told = pointers(["name": 5, "text": nil, "end_at": "tomorrow", "filter": "all", "x": 1])
    #expect(Set(told) == ["/name", "/text", "/end_at", "/filter", "/x"])
  }

  @Test func differencesAreNamedAsOperatorsNameThem() throws {
    let draft = try read([:])
    #expect(draft.differences(from: draft) == [])
    let other = try draft.changed(
      by: ["rate_limit": 5, "filter": ["tags": []], "end_at": "2026-11-21T16:00:00Z"], now: now,
      providers: ["default"])
    #expect(other.differences(from: draft) == ["end_at", "filter", "rate_limit"])
    let unlimited = try other.changed(by: ["rate_limit": nil], now: now, providers: ["default"])
    #expect(unlimited.rateLimit == nil)
  }

  @Test func aPatchChangesWhatItNames() throws {
    let draft = try read([:]).changed(by: ["text": "New"], now: now, providers: ["default"])
    #expect(draft.text == "New")
    #expect(draft.name == "Spring")
    let error = #expect(throws: Problem.self) {
      try draft.changed(by: ["text": nil, "end_at": "2026-11-21T09:00:00Z"], now: now, providers: ["default"])
    }
    #expect(Set(error?.errors.map(\.pointer) ?? []) == ["/text", "/end_at"])
  }
}
