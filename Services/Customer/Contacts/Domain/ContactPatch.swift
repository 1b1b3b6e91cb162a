import Contracts

/// What a PATCH says: only what it names changes.
struct ContactPatch: Sendable, Equatable {
  enum GroupChange: Sendable, Equatable {
    /// "DELETE": as by default again.
    case delete
    case merge(ContactGroup.Values)
  }

  enum ListChange: Sendable, Equatable {
    /// "UNSUBSCRIBE": from everything in the list.
    case unsubscribe
    /// By name; what is not named stays.
    case merge([ContactGroup.Values])
  }

  var email: ContactGroup.Values = [:]
  var groups: [String: GroupChange] = [:]
  var lists: [SubscriptionList: ListChange] = [:]

  /// - Throws: `Problem` that names every fault.
  static func read(
    _ changes: JSON, groups: [ContactGroup], at pointer: String = "/changes"
  ) throws(Problem) -> ContactPatch {
    guard case .object(let members) = changes else {
      throw Problem.invalid([ContactFault.object.field(pointer, changes)])
    }
    var faults: [Problem.Field] = []
    var patch = ContactPatch()
    if let email = members["email"] {
      patch.email = ContactPatch.email(email, at: "\(pointer)/email", &faults)
    }
    for group in groups {
      guard let given = members[group.name] else { continue }
      if given == "DELETE" {
        patch.groups[group.name] = .delete
      } else {
        patch.groups[group.name] = .merge(
          group.read(given, isWhole: false, at: "\(pointer)/\(group.name)", &faults))
      }
    }
    for list in SubscriptionList.allCases {
      guard let given = members[list.rawValue] else { continue }
      if given == "UNSUBSCRIBE" {
        patch.lists[list] = .unsubscribe
      } else {
        patch.lists[list] = .merge(list.read(given, at: "\(pointer)/\(list.rawValue)", &faults))
      }
    }
    guard faults.isEmpty else { throw Problem.invalid(faults) }
    for case (let list, .merge(let items)) in patch.lists { try list.checkNames(items) }
    return patch
  }

  private static func email(
    _ given: JSON, at pointer: String, _ faults: inout [Problem.Field]
  ) -> ContactGroup.Values {
    guard given["primary_email"] != .null else {
      faults.append(ContactFault.rule("primary_email may not be None").field("\(pointer)/primary_email", .null))
      return [:]
    }
    return ContactGroup.email.read(given, isWhole: false, at: pointer, &faults)
  }

  /// - Throws: `Problem` where it would give the contact another id, a group would lack what it must have, or a list
  ///   would grow too long.
  func applied(to contact: ContactRecord, groups all: [ContactGroup]) throws(Problem) -> ContactDraft {
    if let id = email[ContactGroup.emailID], id != .null, id != contact.email[ContactGroup.emailID] {
      throw Problem(.invalid, "cannot change email_id")
    }
    var draft = ContactDraft(email: contact.email, groups: contact.groups.mapValues(\.values))
    draft.email.merge(email.filter { $0.key != ContactGroup.emailID }) { $1 }
    var faults: [Problem.Field] = []
    for group in all {
      switch groups[group.name] {
      case nil: break
      case .delete: draft.groups[group.name] = nil
      case .merge(let values):
        let merged = group.completed((draft.groups[group.name] ?? [:]).merging(values) { $1 })
        draft.groups[group.name] = group.isDefault(merged) ? nil : merged
        guard draft.groups[group.name] != nil else { continue }
        for field in group.fields where field.isRequired && merged[field.name] == field.defaultValue {
          faults.append(
            ContactFault.missing.field("/changes/\(group.name)/\(field.name)", .object(values)))
        }
      }
    }
    for list in SubscriptionList.allCases {
      let present = (contact.lists[list] ?? []).map(\.values)
      let items = lists[list].map { Self.merged(present, $0, of: list) } ?? present
      // One that is too long already can still be changed.
      if items.count > max(SubscriptionList.maxCount, present.count) {
        faults.append(SubscriptionList.tooLong.field("/changes/\(list.rawValue)", .null))
      }
      draft.lists[list] = items
    }
    guard faults.isEmpty else { throw Problem.invalid(faults) }
    return draft
  }

  private static func merged(
    _ present: [ContactGroup.Values], _ change: ListChange, of list: SubscriptionList
  ) -> [ContactGroup.Values] {
    switch change {
    case .unsubscribe:
      return present.map { $0.merging(["subscribed": false]) { $1 } }
    case .merge(let items):
      var result = present
      for item in items {
        if let index = result.firstIndex(where: { $0["name"] == item["name"] }) {
          result[index].merge(item) { $1 }
        } else if item["subscribed"] != false {
          // Whoever never joined cannot leave.
          result.append(list.item.completed(item))
        }
      }
      return result
    }
  }
}
