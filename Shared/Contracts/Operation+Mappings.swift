/// Customers by domain, and who they are in other applications.
extension Operation {
  /// `{"domain"}`: the customer of that domain, made where there is none.
  public static let customerOfDomain = command("customer.domain.v1", .customer, "mappings:write")
  /// `{"customer": uuid, "app": slug, "customer_app_id"}`
  public static let createMapping = command("mapping.create.v1", .customer, "mappings:write")
  /// `{"app", "customer_app_id"}`: whose id that is.
  public static let findMapping = query("mapping.find.v1", .customer, "mappings:read")
  /// `{"customer": uuid}`: what the customer is mapped to.
  public static let listMappings = query("mapping.list.v1", .customer, "mappings:read")

  static let mappings: [Operation] = [customerOfDomain, createMapping, findMapping, listMappings]
}
