import Contracts
import Testing

@testable import Sender

struct LeadTests {
  static let good: [String: JSON] = [
    "lead_id": "form_abc.1", "form_id": 3001, "form_name": "Box", "customer_id": 2001, "universe_id": 5,
    "blueprint_id": "box_internet", "status": "new", "source": "web", "subsource": nil,
    "timestamp": "2026-11-21 09:00:00", "provider": ["id": 1, "login": "sea", "name": "SEA"],
    "customer_mapping": ["customer_form_id": "3001", "customer_price": "7.1"],
    "fields": ["ville": "Lyon", "fibre": "oui"], "phone_details": nil,
    "customer_fields_mapping": [
      "nom": ["customer_key": "Nom", "customer_value": "Martin"],
      "op": ["customer_key": " Operateur  ", "customer_value": "Orange"],
      "none": ["customer_key": "Vide", "customer_value": ""],
      "blank": ["customer_key": "Blanc", "customer_value": " "],
      "null": ["customer_key": "Rien", "customer_value": nil],
      "count": ["customer_key": "Nombre", "customer_value": 0],
      "flag": ["customer_key": "Accord", "customer_value": false],
    ],
    "something_new": [1, 2],
  ]

  static func lead(_ changes: [String: JSON] = [:]) throws -> Lead {
    try Lead.read(.object(good.merging(changes) { $1 }))
  }

  static func fault(_ json: JSON) -> LeadFault? {
    do throws(LeadFault) {
      _ = try Lead.read(json)
      return nil
    } catch {
      return error
    }
  }

  @Test func keysAreTrimmedAndEmptyValuesPassedOver() throws {
    let told = Dictionary(try Self.lead().mapped.map { ($0.key, $0.value) }) { first, _ in first }
    #expect(told == ["Nom": "Martin", "Operateur": "Orange", "Nombre": 0, "Accord": false])
  }

  @Test func theSameKeyTwiceMustSayTheSame() throws {
    let same: JSON = [
      "a": ["customer_key": "Nom", "customer_value": "x"], "b": ["customer_key": "Nom ", "customer_value": "x"],
    ]
    #expect(try Self.lead(["customer_fields_mapping": same]).mapped.count == 1)
    let other: JSON = [
      "a": ["customer_key": "Nom", "customer_value": "x"], "b": ["customer_key": "Nom ", "customer_value": "y"],
    ]
    #expect(Self.fault(.object(Self.good.merging(["customer_fields_mapping": other]) { $1 }))?.error == "Invalid lead")
  }

  @Test(
    arguments: [
      [:], [], "x", 7, .null, ["lead_id": "a"], ["customer_fields_mapping": [:]],
      ["lead_id": "", "customer_fields_mapping": ["a": ["customer_key": "A", "customer_value": "x"]]],
      ["lead_id": "a\u{0}b", "customer_fields_mapping": ["a": ["customer_key": "A", "customer_value": "x"]]],
      ["lead_id": "a", "customer_fields_mapping": ["a": ["customer_key": "  ", "customer_value": "x"]]],
      ["lead_id": "a", "customer_fields_mapping": ["a": ["customer_key": "A", "customer_value": ["x"]]]],
      ["lead_id": "a", "customer_fields_mapping": ["a": "x"]], ["lead_id": "a", "customer_fields_mapping": ["x"]],
    ] as [JSON])
  func whatIsNoLeadIsRefused(_ json: JSON) {
    #expect(Self.fault(json)?.error == "Invalid lead")
  }

  @Test func everyFaultIsNamed() throws {
    let fault = try #require(
      Self.fault(["form_id": "x", "customer_id": .number(1.5), "timestamp": "21.11.2026", "provider": "p"]))
    for name in ["lead_id", "customer_fields_mapping", "form_id", "customer_id", "timestamp", "provider"] {
      #expect(fault.message.contains(name), "\(name): \(fault.message)")
    }
  }

  @Test func aLeadWithoutAnyValueLacksSomething() {
    let empty: JSON = ["a": ["customer_key": "A", "customer_value": ""]]
    let lead = JSON.object(Self.good.merging(["customer_fields_mapping": empty]) { $1 })
    #expect(Self.fault(lead)?.error == "Missing mandatory field")
    #expect(Lead.id(of: lead) == "form_abc.1")
  }

  @Test(arguments: ["2026-11-21 09:00:00", "2024-02-29 23:59:59"]) func timesAreRead(_ text: String) throws {
    #expect(try Self.lead(["timestamp": .string(text)]).id == "form_abc.1")
  }

  @Test(arguments: ["2026-02-30 09:00:00", "2026-11-21T09:00:00", "2026-11-21 09:00", "yesterday"])
  func otherTimesAreNot(_ text: String) {
    let lead = JSON.object(Self.good.merging(["timestamp": .string(text)]) { $1 })
    #expect(Self.fault(lead)?.message.contains("timestamp") == true)
  }
}
