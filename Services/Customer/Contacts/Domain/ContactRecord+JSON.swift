import Contracts

/// How programs see a contact: always every group, those that nobody has set as by default.
extension ContactRecord {
  /// - Parameters:
  ///   - groups: those beside `email`.
  ///   - isSingle: with `"status": "ok"`, as an answer about one contact has it.
  func json(groups: [ContactGroup], isSingle: Bool = false) -> JSON {
    var members: [String: JSON] = ["email": emailGroup, "vpn_waitlist": vpnWaitlist, "relay_waitlist": relayWaitlist]
    for group in groups { members[group.name] = self.group(group) }
    for list in SubscriptionList.allCases {
      members[list.rawValue] = .array((lists[list] ?? []).map { Self.shown($0.values, $0.createdAt, $0.updatedAt) })
    }
    if isSingle { members["status"] = "ok" }
    return .object(members)
  }

  /// Without what the interface has dropped since its first days.
  var emailGroup: JSON {
    Self.shown(email.filter { $0.key != ContactGroup.paymentID }, createdAt, updatedAt)
  }

  func group(_ group: ContactGroup) -> JSON {
    let stored = self.groups[group.name]
    let values = group.completed(
      (stored?.values ?? [:]).filter { name, _ in group.fields.contains { $0.name == name } })
    return group.isTimestamped ? Self.shown(values, stored?.createdAt, stored?.updatedAt) : .object(values)
  }

  /// What programs of 2021 to 2023 read; the lists say more.
  private var vpnWaitlist: JSON {
    let fields = subscribed { $0 == "vpn" }
    return ["geo": fields["geo"] ?? .null, "platform": fields["platform"] ?? .null]
  }

  private var relayWaitlist: JSON { ["geo": subscribed { $0.hasPrefix("relay") }["geo"] ?? .null] }

  /// The fields of the first waitlist subscribed to with such a name.
  private func subscribed(_ isSuch: (String) -> Bool) -> [String: JSON] {
    for item in lists[.waitlists] ?? [] where item.values["subscribed"] == true {
      guard case .string(let name)? = item.values["name"], isSuch(name) else { continue }
      guard case .object(let fields)? = item.values["fields"] else { return [:] }
      return fields
    }
    return [:]
  }

  private static func shown(_ values: ContactGroup.Values, _ createdAt: Int64?, _ updatedAt: Int64?) -> JSON {
    var members = values
    members["create_timestamp"] = createdAt.map { .string(ContactTime.text($0)) } ?? .null
    members["update_timestamp"] = updatedAt.map { .string(ContactTime.text($0)) } ?? .null
    return .object(members)
  }

  /// The ids by which the contact is known elsewhere.
  var identity: JSON {
    [
      "email_id": email["email_id"] ?? .null, "primary_email": email["primary_email"] ?? .null,
      "basket_token": email["basket_token"] ?? .null, "sfdc_id": email["sfdc_id"] ?? .null,
      "mofo_contact_id": value("mofo", "mofo_contact_id"), "mofo_email_id": value("mofo", "mofo_email_id"),
      "amo_user_id": value("amo", "user_id"), "fxa_id": value("fxa", "fxa_id"),
      "fxa_primary_email": value("fxa", "primary_email"),
    ]
  }

  private func value(_ group: String, _ field: String) -> JSON { groups[group]?.values[field] ?? .null }
}
