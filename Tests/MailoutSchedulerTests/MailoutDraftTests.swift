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
    return try MailoutDraft.read(.object(members), now: now, providers: ["default", "second"])
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
    #expect(draft.providers == ["default"])
    #expect(draft.rateLimit == nil)
  }

  @Test func aFilterMayBeOfContacts() throws {
    let filter: JSON = ["newsletters": ["a", "b"], "countries": ["DE"], "languages": ["pt-BR"]]
    #expect(
      try read(["filter": filter]).filter
        == AudienceFilter(newsletters: ["a", "b"], countries: ["DE"], languages: ["pt-BR"]))
    #expect(
      pointers(["filter": ["newsletters": ["a", ""], "countries": [7], "languages": ["klingon"], "country": "x"]])
        == ["/filter/newsletters/1", "/filter/countries/0", "/filter/languages/0", "/filter/country"])
  }

  /// As mailouts were stored before there were such filters.
  @Test func anOlderFilterIsRead() throws {
    let stored = Data(#"{"tags": ["vip"], "phone_codes": []}"#.utf8)
    #expect(try JSONDecoder().decode(AudienceFilter.self, from: stored) == AudienceFilter(tags: ["vip"]))
  }

  @Test func localHoursAndProvidersInOrder() throws {
    let draft = try read([
      "local_window": ["from": "22:00", "to": "06:30"], "default_timezone": "Europe/Moscow",
      "provider": ["second", "default"],
    ])
    #expect(draft.window == LocalWindow(from: 79_200, to: 23_400))
    #expect(draft.defaultTimezone == "Europe/Moscow")
    #expect(draft.providers == ["second", "default"])
    let plain = try draft.changed(
      by: ["local_window": nil, "default_timezone": nil], now: now, providers: ["default", "second"])
    #expect(plain.window == nil && plain.defaultTimezone == nil)
    #expect(plain.differences(from: draft) == ["local_window", "default_timezone"])
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
    #expect(pointers(["provider": []]) == ["/provider"])
    #expect(pointers(["provider": ["default", "nobody"]]) == ["/provider"])
    #expect(pointers(["provider": ["default", "default"]]) == ["/provider"])
    #expect(pointers(["local_window": ["from": "09:00", "to": "09:00"]]) == ["/local_window/to"])
    #expect(pointers(["local_window": ["from": "9", "to": "25:00"]]) == ["/local_window/from", "/local_window/to"])
    #expect(pointers(["local_window": ["from": "09:00"]]) == ["/local_window/to"])
    #expect(pointers(["local_window": ["from": "09:00", "to": "10:00", "zone": "UTC"]]) == ["/local_window/zone"])
    #expect(pointers(["local_window": "day"]) == ["/local_window"])
    #expect(pointers(["default_timezone": "Mars/Olympus"]) == ["/default_timezone"])
    #expect(pointers(["default_timezone": "GMT+3"]) == ["/default_timezone"])
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
