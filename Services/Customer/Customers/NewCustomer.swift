import FoundationEssentials
import Messaging

/// A customer to be made, and who asked for that.
struct NewCustomer: Sendable {
  let request: OperationRequest
  let draft: CustomerDraft
  /// The customer as it will be, but for what only the database knows: the id, the time and the ids of the tags.
  let record: CustomerRecord

  init(_ draft: CustomerDraft, for request: OperationRequest) throws {
    self.request = request
    self.draft = draft
    record = CustomerRecord(
      id: 0, uuid: UUID(), phone: draft.phone?.digits, phoneCode: draft.phoneCode, timezone: draft.timezone,
      email: draft.email?.text, firstName: draft.firstName, lastName: draft.lastName,
      attributes: try CustomerStore.json(draft.attributes), revision: 1, createdAt: .now, updatedAt: .now, tagIDs: [],
      tags: draft.tags)
  }

  /// The middle of the answer: all but what the database completes.
  var texts: String {
    var bytes: [UInt8] = []
    record.appendTexts(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}
