import Contracts
import Foundation

@testable import Customer

extension Specimen {
  private static let contactID = "332de237-cab7-4461-bcc3-48e68f42bd5c"
  private static let named: JSON = ["email_id": .string(contactID)]
  private static let filter: JSON = ["filter": ["primary_email": "contact@example.com", "amo_user_id": "98765"]]

  private static let body: JSON = [
    "email": ["email_id": .string(contactID), "primary_email": "contact@example.com", "email_lang": "en"],
    "amo": ["user": true, "user_id": "98765"], "newsletters": [["name": "firefox-welcome"]],
    "waitlists": [["name": "vpn", "fields": ["geo": "fr"]]],
  ]

  static let contact: ContactRecord = {
    let at: Int64 = 1_795_251_600_000_000
    func stored(_ group: ContactGroup, _ values: ContactGroup.Values) -> ContactRecord.Stored {
      ContactRecord.Stored(values: group.completed(values), createdAt: at, updatedAt: at)
    }
    return ContactRecord(
      customerID: 42, uuid: UUID(uuidString: contactID) ?? UUID(), revision: 3, createdAt: at, updatedAt: at,
      email: ContactGroup.email.completed([
        "email_id": .string(contactID), "primary_email": "contact@example.com", "first_name": "Jane",
      ]),
      groups: ["amo": stored(.amo, ["user_id": "98765"])],
      lists: [
        .newsletters: [stored(SubscriptionList.newsletters.item, ["name": "firefox-welcome"])],
        .waitlists: [stored(SubscriptionList.waitlists.item, ["name": "vpn", "fields": ["geo": "fr"]])],
      ])
  }()

  private static func byContactID(_ reply: JSON) -> Specimen {
    Specimen(named, reply: reply) { _ = try ContactID.read($0) }
  }

  static func contacts() throws -> [Contracts.Operation: Specimen] {
    let groups = ContactGroup.fixed
    let single = contact.json(groups: groups, isSingle: true)
    let changed: JSON = ["contact": single, "created": true, "warnings": ["mailing_country is no country code"]]
    let updates: JSON = [
      "start": "2026-11-21T09:00:00+00:00", "end": "2026-11-22T09:00:00+00:00", "limit": 100, "after": "YQ==",
      "items": [contact.json(groups: groups)],
    ]
    return [
      .findContacts: Specimen(filter, reply: ["items": [contact.json(groups: groups)]]) {
        _ = try ContactQuery.read($0, groups: groups)
      },
      .findIdentities: Specimen(filter, reply: ["items": [contact.identity]]) {
        _ = try ContactQuery.read($0, groups: groups)
      },
      .readContact: byContactID(single),
      .readIdentity: byContactID(contact.identity),
      .readContactGroup: Specimen(
        named.merging(["group": "email"]), reply: contact.json(ContactRecord.SeedEraGroup.email)
      ) { _ = try ContactID.read($0) },
      .createContact: Specimen(["body": body], reply: changed) {
        _ = try ContactDraft.read($0["body"] ?? .null, groups: groups, needsID: false)
      },
      .replaceContact: Specimen(named.merging(["body": body]), reply: changed) {
        _ = try ContactID.read($0)
        _ = try ContactDraft.read($0["body"] ?? .null, groups: groups, needsID: true)
      },
      .updateContact: Specimen(
        named.merging(["changes": ["amo": "DELETE", "newsletters": "UNSUBSCRIBE", "email": ["first_name": .null]]]),
        reply: changed
      ) {
        _ = try ContactID.read($0)
        _ = try ContactPatch.read($0["changes"] ?? .null, groups: groups)
      },
      .deleteContacts: Specimen(["primary_email": "contact@example.com"], reply: ["items": [contact.identity]]) { _ in
      },
      .listContactUpdates: Specimen(
        ["filter": ["start": "2026-11-21T09:00:00+00:00", "end": "", "limit": "10", "mofo_relevant": "true"]],
        reply: updates
      ) { _ = try ContactUpdatesQuery.read($0, now: 0) },
      .checkContacts: .asking(reply: ["empty": false]),
      .countContacts: .asking(reply: ["count": 3]),
    ].merging(try contactGroups()) { $1 }
  }

  private static func contactGroups() throws -> [Contracts.Operation: Specimen] {
    let field: JSON = ["name": "number", "type": "string", "max_length": 20, "required": true, "unique": true]
    let body: JSON = ["name": "employee", "fields": [field]]
    let draft = try ContactGroupDraft.read(body)
    let group = ContactGroupDefinition(
      id: 17, name: draft.name, fields: draft.fields, revision: 1, createdAt: moment, updatedAt: moment)
    return [
      .createContactGroup: Specimen(body, reply: group.json) { _ = try ContactGroupDraft.read($0) },
      .readContactGroupDefinition: .byID(reply: group.json),
      .listContactGroups: Specimen(["limit": 100], reply: ["items": [group.json], "next": .null]) { _ in },
      .updateContactGroup: Specimen(
        ["id": 17, "if_match": "1", "changes": ["fields": [field]]], reply: group.json
      ) { data in
        var reader = FieldReader(data["changes"] ?? .null)
        _ = ContactGroupDraft.readFields(&reader, of: "employee", required: false)
        try reader.finish()
      },
      .deleteContactGroup: .byID(ifMatch: "1", reply: ["id": 17]),
    ]
  }
}

extension JSON {
  /// This object with the members of another.
  fileprivate func merging(_ other: JSON) -> JSON {
    guard case .object(let mine) = self, case .object(let theirs) = other else { return self }
    return .object(mine.merging(theirs) { $1 })
  }
}
