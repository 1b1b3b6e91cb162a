import Contracts

/// The groups as the interface's first version showed them, each by itself.
extension ContactRecord {
  enum SeedEraGroup: String, Sendable, CaseIterable {
    case email, amo, fpn, fxa
  }

  func json(_ group: SeedEraGroup) -> JSON {
    switch group {
    case .email:
      guard case .object(var members) = emailGroup else { return emailGroup }
      members[ContactGroup.paymentID] = email[ContactGroup.paymentID] ?? .null
      return .object(members)
    case .amo: return self.group(.amo)
    case .fpn:
      let vpn = json(groups: [])["vpn_waitlist"]
      return ["country": vpn?["geo"] ?? .null, "platform": vpn?["platform"] ?? .null]
    case .fxa:
      let fxa = self.group(.fxa)
      return [
        "id": fxa["fxa_id"] ?? .null, "primary_email": fxa["primary_email"] ?? .null,
        "create_date": fxa["created_date"] ?? .null, "lang": fxa["lang"] ?? .null,
        "service": fxa["first_service"] ?? .null, "deleted": fxa["account_deleted"] ?? .null,
      ]
    }
  }
}
