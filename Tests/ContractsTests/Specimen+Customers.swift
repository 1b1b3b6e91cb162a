import Contracts
import Foundation
import Messaging

@testable import Customer

extension Specimen {
  static let zones = TimeZoneNames(tzdata: "# version test\nZ UTC 0\nZ Europe/Moscow 0\n")

  private static let customer = CustomerRecord(
    id: 42, uuid: UUID(uuidString: "332de237-cab7-4461-bcc3-48e68f42bd5c") ?? UUID(), phone: "79161234567",
    phoneCode: "916", timezone: "Europe/Moscow", email: "ivan@example.com", firstName: "Иван", lastName: "O'Neil",
    attributes: #"{"city":"Moscow"}"#, revision: 3, createdAt: moment, updatedAt: moment, tagIDs: [5], tags: ["vip"],
    optedOutAt: moment)

  static let moment = Date(timeIntervalSince1970: 1_795_251_600)

  static func customers() throws -> [Contracts.Operation: Specimen] {
    let whole: JSON = [
      "phone": "79161234567", "phone_code": "916", "timezone": "Europe/Moscow", "email": "ivan@example.com",
      "first_name": "Иван", "last_name": "O'Neil", "attributes": ["city": "Moscow"], "tags": ["vip"], "opted_out": true,
    ]
    let reply = try JSON.parse(customer.json)
    let list: JSON = [
      "filter": ["tag": ["vip"], "phone_code": "916", "timezone": "Europe/Moscow", "q": "iv"], "limit": 100,
      "sort": "id",
    ]
    let chunk = ImportChunk(format: .csv, columns: ["phone", "tags"], firstLine: 2, text: "79161234567,vip\nbanana,\n")
    let report = ImportHandler.Report(
      created: 1, updated: 0, rejected: 1, errors: [ImportFault(line: 3, field: "phone", detail: "is no phone")])
    return [
      .createCustomer: Specimen(whole, reply: reply) { _ = try CustomerDraft.read($0, zones: zones) },
      .readCustomer: .byID(42, reply: reply),
      .listCustomers: Specimen(list, reply: ["items": [reply], "next": "eyJhZnRlciI6NDJ9"]) {
        _ = try CustomerQuery.read($0, zones: zones)
      },
      .searchCustomers: Specimen(
        ["tag": "vip", "phone_code": ["916"], "timezone": "Europe/Moscow", "text": "iv", "limit": 100, "sort": "id"],
        reply: ["items": [reply], "next": "eyJhZnRlciI6NDJ9"]
      ) { _ = try CustomerQuery.search($0, zones: zones) },
      .exportCustomers: Specimen(
        ["filter": ["tag": ["vip"]], "limit": 1000, "sort": "id", "format": "csv", "attributes": ["city"]],
        reply: ["count": 1, "text": "79161234567,916,,,,,vip,,Moscow\r\n", "next": "eyJhZnRlciI6NDJ9"]
      ) { _ = try ExportQuery.read($0, zones: zones) },
      .replaceCustomer: Specimen(["id": 42, "if_match": "3", "body": whole], reply: reply) { data in
        let (_, body) = try Target.read(data) { $0.value("body", required: true) }
        _ = try CustomerDraft.read(body ?? nil, zones: zones)
      },
      .updateCustomer: Specimen(["id": 42, "if_match": "3", "changes": ["email": .null]], reply: reply) { data in
        let (_, body) = try Target.read(data) { $0.value("changes", required: true) }
        _ = try CustomerChanges.read(body ?? nil, zones: zones)
      },
      .deleteCustomer: .byID(42, ifMatch: "3", reply: ["id": 42]),
      .addCustomerTag: Specimen(["id": 42, "body": ["tag": "vip"]], reply: reply) { data in
        let (_, body) = try Target.read(data) { $0.value("body", required: true) }
        _ = try TagWish.read(body ?? nil)
      },
      .removeCustomerTag: Specimen(["id": 42, "tag_id": 5], reply: reply) { data in
        _ = try Target.read(data) { $0.integer("tag_id", required: true, in: 1...Int64.max) }
      },
      .importCustomers: try Specimen(chunk, reply: report),
      .consentSnapshot: .asking(
        reply: try JSON(
          encoding: ConsentSnapshot(
            changes: [ConsentChange(customerID: 42, revision: 3, state: .optedOut, at: 1_795_251_600_000_000)],
            since: 1_795_165_800_000_000))),
    ]
  }

  /// How one gets a credential. The replies are written by servers that need a database: as they were seen.
  static let tokens: [Contracts.Operation: Specimen] = {
    let granted: JSON = ["access_token": "a.b.c", "token_type": "bearer", "expires_in": 900, "refresh_token": "r"]
    return [
      .authenticate: Specimen(["username": "admin", "password": "secret", "address": "127.0.0.1"], reply: granted) {
        _ in
      },
      .refreshToken: Specimen(["refresh_token": "r", "address": "127.0.0.1"], reply: granted) { _ in },
      .integrationScopes: Specimen(["name": "shop"], reply: ["scopes": ["mailouts:read"]]) { data in
        var reader = FieldReader(data)
        _ = reader.string("name", required: true, max: 64)
        try reader.finish()
      },
      .tokenKeys: .asking(reply: ["keys": [["kty": "EC", "crv": "P-256", "kid": "k", "x": "x", "y": "y"]]]),
    ]
  }()
}
