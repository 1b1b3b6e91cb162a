import Contracts
import Foundation
import Messaging
import Service

@testable import Sender

extension Specimen {
  private static let wholeBuyer: JSON = [
    "name": "telco", "enabled": true, "stage": "production",
    "stages": [
      "test": ["url": "https://test.buyer.example/api", "username": "mailout", "password": "secret"],
      "production": ["url": "https://buyer.example/api", "username": "mailout", "password": "other"],
    ],
    "routing": [
      "customer_ids": [2001], "form_ids": [3001], "universe_ids": [4], "blueprint_ids": ["box_internet"],
    ],
    "authentication": [
      "path": "/Authenticate", "username_field": "UserName", "password_field": "Password",
    ],
    "send_path": "/ClientRecords", "mandatory_keys": ["Nom_Titulaire"],
    "constants": ["ID_Traitement": "{lead_id}", "Source": "web"], "allowed_values": ["Civilite": ["M.", "Mme"]],
    "computed": [
      [
        "key": "Eligible", "template": "{fields.installation_fibre}", "values": ["oui": "1", "non": "0"],
        "mandatory": true,
      ]
    ],
    "answer": [
      "lead_id": "/Records/0/Id", "invalid": "/Records/0",
      "duplicate": ["at": "/Message", "contains": "duplicate", "any_status": false],
    ],
    "timeout_ms": 8000, "concurrency": 8,
    "breaker": [
      "window_ms": 60_000, "failure_rate": .number(0.5), "slow_ms": 8000, "slow_rate": .number(0.8), "min_calls": 5,
      "open_ms": 15_000, "probes": 1,
    ],
  ]

  static let buyer = {
    guard let draft = try? BuyerDraft.read(wholeBuyer) else { fatalError("the specimen of a buyer is not valid") }
    return Buyer(
      id: 3, revision: 2, name: draft.name, isEnabled: true, settings: draft.settings, passwords: draft.passwords,
      createdAt: 1_795_251_600_000_000, updatedAt: 1_795_251_600_000_000)
  }()

  private static let lead: JSON = [
    "lead_id": "form_1", "form_id": 3001, "customer_id": 2001,
    "customer_fields_mapping": ["nom": ["customer_key": "Nom_Titulaire", "customer_value": "Martin"]],
  ]

  static func leads() throws -> [Contracts.Operation: Specimen] {
    let reply = buyer.json
    let sent = try JSON(
      encoding: LeadResult(
        .refused,
        [
          "request_details": ["url": "https://buyer.example/api/ClientRecords"], "customer_lead_id": 7,
          "response_details": ["http_status_code": 422], "error": "Lead refused", "error_message": "no",
        ]))
    return [
      .createBuyer: Specimen(wholeBuyer, reply: reply) { _ = try BuyerDraft.read($0) },
      .readBuyer: .byID(3, reply: reply),
      .listBuyers: Specimen(["limit": 100, "after": "1"], reply: ["items": [reply], "next": .null]) {
        _ = try IDPage.read($0, .ascending)
      },
      .replaceBuyer: Specimen(["id": 3, "if_match": "2", "body": wholeBuyer], reply: reply) {
        _ = try BuyerDraft.read($0["body"] ?? .null, present: buyer)
      },
      .updateBuyer: Specimen(["id": 3, "if_match": "2", "changes": ["stage": "test"]], reply: reply) {
        _ = try BuyerDraft.changed(buyer, by: $0["changes"] ?? .null)
      },
      .deleteBuyer: .byID(3, ifMatch: "2", reply: .null),
      .sendLead: Specimen(lead, reply: sent) { _ = try Lead.read($0) },
      .pingLead: Specimen(
        lead, reply: try JSON(encoding: LeadResult(.success, ["result": "accepted"]))
      ) { _ = try Lead.read($0) },
      .leadStatus: Specimen(["lead_id": "form_1", "mode": "send"], reply: sent) { _ in },
    ]
  }
}
