/// Audiences, between services (and the preview).
extension Operation {
  public static let audiencePage = query("audience.page.v1", .customer, "customers:read")
  public static let audienceMembers = query("audience.members.v1", .customer, "customers:read")
  public static let audienceCount = query("audience.count.v1", .customer, "customers:read")
  public static let audienceBounds = query("audience.bounds.v1", .customer, "customers:read")
  public static let audienceZones = query("audience.zones.v1", .customer, "customers:read")
  public static let knownFields = query("customer.fields.v1", .customer, "customers:read")

  static let audiences: [Operation] = [
    audiencePage, audienceMembers, audienceCount, audienceBounds, audienceZones, knownFields,
  ]
}
