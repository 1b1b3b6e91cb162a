import Contracts
import FoundationEssentials
import Messaging

@testable import Customer
@testable import Stats

extension Specimen {
  private static let person = Person(
    customerID: 42, uuid: "1e6e817d-c3d7-432f-ae47-ed75b4744fce", phones: ["79161234567"],
    nationalPhones: ["9161234567"], emails: ["anna@example.com"])

  private static var erasure: ErasureRecord {
    ErasureRecord(
      id: 7, customerID: 42, requestedBy: "operator:anna", requestedAt: moment, completedAt: moment,
      parts: ErasureRecord.services.map {
        ErasureRecord.Part(
          service: $0, tries: 2, doneAt: moment, detail: "still on its way: 1 batches", erased: ["messages": 3])
      })
  }

  static func persons() throws -> [Contracts.Operation: Specimen] {
    let order = ErasureOrder(person: person, orderedAt: 1_795_251_600_123_456, erasureID: 7)
    let report = ErasureReport(erased: ["messages": 3], left: ["batches": 1])
    let question = PersonQuestion(person: person, limit: 1000, after: "1001.7.9")
    var page = PersonMessagesStore.Page()
    page.messages = [["id": 1001]]
    page.events = [["type": "customer.created"]]
    page.audit = [["operation": "customer.create.v1"]]
    page.next = PersonMessagesCursor("1001.7.9")
    // Rows of the database become these: as they were seen.
    let waiting: JSON = ["single_messages": [["id": 1003, "text": "Hello"]], "mailout_messages": [["id": 1002]]]
    let leads: [JSON] = [["lead_id": "form_1", "outcome": "success", "answer": [:]]]
    guard case .object(var document) = page.json else { return [:] }
    document["customer_id"] = 42
    document["exported_at"] = "2026-11-21T09:00:00.000000Z"
    document["customer"] = ["id": 42, "phone": "79161234567"]
    document["records"] = ["customer_tag": [["tag": "vip"]]]
    document["waiting"] = waiting
    document["leads"] = .array(leads)
    return [
      .personalData: Specimen(["id": 42, "limit": 1000, "after": "1001.7.9"], reply: .object(document)) { _ in },
      .createErasure: Specimen(["customer_id": 42], reply: erasure.json) { _ in },
      .readErasure: .byID(7, reply: erasure.json),
      .listErasures: Specimen(
        ["filter": ["customer_id": "42", "state": "running"], "limit": 100],
        reply: ["items": [erasure.json], "next": .null]
      ) { _ = try ErasureQuery.read($0) },
      .waitingOfPerson: try Specimen(question, reply: waiting),
      .leadsOfPerson: try Specimen(question, reply: ["leads": .array(leads)]),
      .messagesOfPerson: try Specimen(question, reply: page.json),
      .eraseWaiting: try Specimen(order, reply: report),
      .eraseLeads: try Specimen(order, reply: report),
      .eraseMessages: try Specimen(order, reply: report),
    ]
  }
}
