import Contracts
import FoundationEssentials

/// A customer as stored.
struct CustomerRecord: Sendable {
  var id: Int64
  var uuid: UUID
  var phone: String?
  var phoneCode: String?
  var timezone: String?
  var email: String?
  var firstName: String?
  var lastName: String?
  /// A JSON object of strings, as text: answers pass it on as it is.
  var attributes: String
  /// Raised by every change.
  var revision: Int64
  var createdAt: Date
  var updatedAt: Date
  /// Parallel, in the order of the names' bytes.
  var tagIDs: [Int64]
  var tags: [String]
  /// When they opted out of every mailout; nil while they have not.
  var optedOutAt: Date?

  /// Changes with the customer, and with its tags' names: renaming or deleting a tag changes all who have it, without
  /// a new revision of each.
  var etag: String {
    if tags.isEmpty { return String(revision) }
    var hash: UInt32 = 0x811c_9dc5
    for tag in tags {
      // FNV-1a; the zero ends a name.
      for byte in tag.utf8 { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
      hash = hash &* 0x0100_0193
    }
    return "\(revision)-\(String(hash, radix: 36))"
  }

  /// The state as a caller gives it.
  /// - Throws: `FieldFault`, `Problem` where the stored state breaks the rules of now.
  func draft() throws -> CustomerDraft {
    var draft = CustomerDraft()
    draft.phone = try phone.map { text in try Phone(text) }
    draft.phoneCode = phoneCode
    draft.timezone = timezone
    draft.email = try email.map { text in try EmailAddress(text) }
    draft.firstName = firstName
    draft.lastName = lastName
    draft.attributes = try JSONDecoder().decode([String: String].self, from: Data(attributes.utf8))
    draft.tags = tags
    draft.optedOut = optedOutAt != nil
    return draft
  }
}
