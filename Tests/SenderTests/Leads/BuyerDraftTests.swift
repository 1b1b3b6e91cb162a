import Contracts
import Service
import Testing

@testable import Sender

struct BuyerDraftTests {
  static let good: [String: JSON] = [
    "name": "telco",
    "stages": ["test": ["url": "https://test.buyer.example/api/", "username": "u", "password": "p-1234567"]],
  ]

  static func buyer(_ changes: [String: JSON] = [:], id: Int64 = 1) throws -> Buyer {
    let draft = try BuyerDraft.read(.object(good.merging(changes) { $1 }))
    return Buyer(
      id: id, revision: 1, name: draft.name, isEnabled: draft.isEnabled, settings: draft.settings,
      passwords: draft.passwords, createdAt: 0, updatedAt: 0)
  }

  private static func faults(_ changes: [String: JSON], present: Buyer? = nil) -> [String] {
    do throws(Problem) {
      _ = try BuyerDraft.read(.object(good.merging(changes) { $1 }), present: present)
      return []
    } catch {
      return error.errors.map(\.pointer).sorted()
    }
  }

  @Test func littleIsNeeded() throws {
    let buyer = try Self.buyer()
    #expect(buyer.settings.address == BuyerStage(url: "https://test.buyer.example/api", username: "u"))
    #expect(buyer.settings.stage == .test && buyer.isEnabled)
    #expect(buyer.settings.rules.constants.keys.sorted() == ["ID_Traitement"])
    #expect(buyer.passwords[.test]?.value == "p-1234567")
    #expect(!String(decoding: buyer.json.bytes, as: UTF8.self).contains("p-1234567"))
    #expect(!"\(buyer)".contains("p-1234567"))
  }

  @Test func theStoredFormIsReadBack() throws {
    let settings = try Self.buyer([
      "stage": "test", "authentication": ["path": "/token"], "send_path": "/leads", "timeout_ms": 900,
      "routing": ["customer_ids": [1, 2], "blueprint_ids": ["b"]],
      "answer": ["lead_id": nil, "invalid": nil, "duplicate": ["contains": "already"]],
    ]).settings
    #expect(BuyerSettings.stored(.object(settings.members)) == settings)
    let open = try Self.buyer(["authentication": nil, "stages": ["test": ["url": "http://b.example"]]]).settings
    #expect(BuyerSettings.stored(.object(open.members)) == open)
    #expect(open.authentication == nil)
  }

  @Test(
    arguments: [
      (["name": "A b"], ["/name"]), (["name": nil], ["/name", "/name"]), (["surplus": 1], ["/surplus"]),
      (["stage": "staging"], ["/stage"]), (["stage": "production"], ["/stages/production"]),
      (["stages": [:]], ["/stages/test"]), (["stages": nil], ["/stages"]),
      (["stages": ["test": ["url": "ftp://x"], "other": [:]]], ["/stages/other", "/stages/test/url"]),
      (["stages": ["test": ["url": "https://u:p@b.example"]]], ["/stages/test/url"]),
      (
        ["stages": ["test": ["url": "https://b.example"]]],
        ["/stages/test/password", "/stages/test/username"]
      ),
      (["authentication": ["path": "x"]], ["/authentication/path"]), (["send_path": "/a b"], ["/send_path"]),
      (["answer": ["lead_id": "Id"]], ["/answer/lead_id"]),
      (["answer": ["duplicate": ["any_status": 1]]], ["/answer/duplicate/any_status"]),
      (["timeout_ms": 60_000], ["/timeout_ms"]), (["concurrency": 0], ["/concurrency"]),
      (["routing": ["customer_ids": ["1"]]], ["/routing/customer_ids/0"]),
      (["breaker": ["probes": 0]], ["/breaker/probes"]),
      (["computed": [["key": "X", "template": "{x}"]]], ["/computed/0/template"]),
    ] as [([String: JSON], [String])])
  func everyFaultIsNamed(_ changes: [String: JSON], _ pointers: [String]) {
    #expect(Self.faults(changes) == pointers)
  }

  @Test func aPasswordThatIsLeftOutStays() throws {
    let present = try Self.buyer()
    let stages: JSON = ["test": ["url": "https://test.buyer.example/v2", "username": "v"]]
    #expect(Self.faults(["stages": stages], present: present) == [])
    let draft = try BuyerDraft.changed(present, by: ["stages": ["test": ["username": "w"]]])
    #expect(draft.settings.address?.username == "w")
    #expect(draft.settings.address?.url == present.settings.address?.url)
    #expect(draft.passwords.isEmpty)
  }

  /// By PUT and by PATCH, of each stage, whichever leads go to, and whether the buyer asks for it now or not.
  @Test func aPasswordFollowsToNoOtherOrigin() throws {
    let stage: JSON = ["url": "https://p.example", "username": "u", "password": "y-1234567"]
    let present = try Self.buyer([
      "stages": ["test": Self.good["stages"]?["test"] ?? .null, "production": stage], "authentication": nil,
    ])
    func faults(_ changes: JSON) -> [String] {
      do throws(Problem) {
        _ = try BuyerDraft.changed(present, by: changes)
        return []
      } catch {
        return error.errors.map(\.pointer)
      }
    }
    for elsewhere in ["http://p.example", "https://p.example:444", "https://evil.example/p.example"] {
      let moved: JSON = ["production": ["url": .string(elsewhere)]]
      #expect(faults(["stages": moved]) == ["/stages/production/password"], "\(elsewhere)")
      let whole: [String: JSON] = [
        "test": ["url": "https://test.buyer.example"], "production": moved["production"] ?? .null,
      ]
      #expect(
        Self.faults(["authentication": nil, "stages": .object(whole)], present: present)
          == ["/stages/production/password"], "\(elsewhere)")
      #expect(faults(["stages": ["production": ["url": .string(elsewhere), "password": "z-1234567"]]]) == [])
    }
    #expect(faults(["stages": ["test": ["url": "https://evil.example"]]]) == ["/stages/test/password"])
    #expect(faults(["stages": ["production": ["url": "https://P.example:443/v2"]]]) == [])
    #expect(faults(["authentication": [:], "stages": ["production": nil]]) == [])
  }

  @Test func aStageGoesByNull() throws {
    let both = try Self.buyer([
      "stages": [
        "test": ["url": "https://t.example", "username": "u", "password": "x"],
        "production": ["url": "https://p.example"],
      ]
    ])
    #expect(both.settings.stages.count == 2)
    let draft = try BuyerDraft.changed(both, by: ["stages": ["production": nil]])
    #expect(draft.settings.stages.keys.map(\.rawValue) == ["test"])
  }

  @Test func aLeadGoesToTheBuyerThatSaysMostOfIt() throws {
    let lead = try LeadTests.lead()
    func buyer(_ id: Int64, _ routing: JSON, enabled: Bool = true) throws -> Buyer {
      try Self.buyer(["routing": routing, "enabled": .bool(enabled)], id: id)
    }
    let any = try buyer(1, [:])
    let customer = try buyer(2, ["customer_ids": [2001]])
    let both = try buyer(3, ["customer_ids": [7, 2001], "form_ids": [3001]])
    let other = try buyer(4, ["customer_ids": [2001], "form_ids": [1], "universe_ids": [5]])
    let off = try buyer(5, ["customer_ids": [2001], "form_ids": [3001], "universe_ids": [5]], enabled: false)
    let late = try buyer(6, ["blueprint_ids": ["box_internet"], "universe_ids": [5]])
    #expect(Buyer.route(lead, among: [any, customer, both, other, off, late])?.id == 3)
    #expect(Buyer.route(lead, among: [any, customer, other])?.id == 2)
    #expect(Buyer.route(lead, among: [any, other, off])?.id == 1)
    #expect(Buyer.route(lead, among: [other, off]) == nil)
    let stranger = try LeadTests.lead(["customer_id": nil])
    #expect(Buyer.route(stranger, among: [customer, both]) == nil)
  }
}
