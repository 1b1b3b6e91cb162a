import Contracts
import FoundationEssentials

/// A contact as stored: a customer with an e-mail address, and what contacts have beside.
struct ContactRecord: Sendable, Equatable {
  /// A group, or an item of a list: every field, and when it was made and changed; microseconds since 1970.
  struct Stored: Sendable, Equatable {
    var values: ContactGroup.Values
    var createdAt: Int64
    var updatedAt: Int64
  }

  var customerID: Int64
  var uuid: UUID
  /// The customer's revision.
  var revision: Int64
  var createdAt: Int64
  var updatedAt: Int64
  /// Every field.
  var email: ContactGroup.Values
  /// The other groups that are not as by default.
  var groups: [String: Stored]
  /// In order of name.
  var lists: [SubscriptionList: [Stored]]

  /// The address as the customer has it.
  var primaryEmail: String {
    guard case .string(let text)? = email["primary_email"] else { return "" }
    return text
  }

  var hasOptedOut: Bool { email["has_opted_out_of_email"] == true }
}
