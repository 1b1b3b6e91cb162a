import Contracts

/// A whole contact as a caller gives it: what it gets by POST and PUT.
struct ContactDraft: Sendable, Equatable {
  /// Every field.
  var email: ContactGroup.Values
  /// The other groups, every field of each; those as by default are not among them.
  var groups: [String: ContactGroup.Values] = [:]
  /// Each name once, every field of each.
  var lists: [SubscriptionList: [ContactGroup.Values]] = [:]

  /// - Parameters:
  ///   - groups: those beside `email`.
  ///   - needsID: whether the contact's own id must be there.
  /// - Throws: `Problem` that names every fault, by pointers below `pointer`.
  static func read(
    _ body: JSON, groups: [ContactGroup], needsID: Bool, at pointer: String = "/body"
  ) throws(Problem) -> ContactDraft {
    var faults: [Problem.Field] = []
    guard case .object(let members) = body else {
      throw Problem.invalid([ContactFault.object.field(pointer, body)])
    }
    var draft = ContactDraft(email: [:])
    if let email = members["email"] {
      let given = ContactGroup.email.read(email, isWhole: true, at: "\(pointer)/email", &faults)
      draft.email = ContactGroup.email.completed(given)
      if needsID && given[ContactGroup.emailID] ?? .null == .null && !faults.names("\(pointer)/email/email_id") {
        let fault = email[ContactGroup.emailID] == nil ? ContactFault.missing : .string
        faults.append(fault.field("\(pointer)/email/email_id", email))
      }
    } else {
      faults.append(ContactFault.missing.field("\(pointer)/email", body))
    }
    for group in groups {
      guard let given = members[group.name], given != .null else { continue }
      let values = group.read(given, isWhole: true, at: "\(pointer)/\(group.name)", &faults)
      if !group.isDefault(values) { draft.groups[group.name] = group.completed(values) }
    }
    for list in SubscriptionList.allCases {
      guard let given = members[list.rawValue] else { continue }
      draft.lists[list] = list.read(given, at: "\(pointer)/\(list.rawValue)", &faults).map(list.item.completed)
    }
    guard faults.isEmpty else { throw Problem.invalid(faults) }
    draft.checkID(&faults, at: pointer)
    guard faults.isEmpty else { throw Problem.invalid(faults) }
    for (list, items) in draft.lists { try list.checkNames(items) }
    return draft
  }

  /// The contact's own id is a random one (version 4).
  private func checkID(_ faults: inout [Problem.Field], at pointer: String) {
    guard case .string(let id)? = email[ContactGroup.emailID], !ContactID.isRandom(id) else { return }
    faults.append(ContactID.fault.field("\(pointer)/email/email_id", .string(id)))
  }

  /// Whether it says what the contact says already, and so need not be done again.
  func isEqual(to contact: ContactRecord) -> Bool {
    func ordered(_ items: [ContactGroup.Values]?) -> [JSON] {
      (items ?? []).map(JSON.object).sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    }
    var email = email
    if email[ContactGroup.paymentID] == .null { email[ContactGroup.paymentID] = contact.email[ContactGroup.paymentID] }
    return email == contact.email && groups == contact.groups.mapValues(\.values)
      && SubscriptionList.allCases.allSatisfy {
        ordered(lists[$0]) == ordered(contact.lists[$0]?.map(\.values))
      }
  }
}

extension [Problem.Field] {
  /// Whether there is a fault at that place already.
  func names(_ pointer: String) -> Bool { contains { $0.pointer == pointer } }
}
