import Contracts

extension RouteTable {
  static let customers: [Route] = [
    Route(.post, "/api/customers", .scope("customers:write"), .createCustomer, .body, .created),
    Route(.get, "/api/customers", .scope("customers:read"), .listCustomers, .list(customerFilters), .page),
    Route(.get, "/api/customers/{id}", .scope("customers:read"), .readCustomer, .id),
    Route(
      .put, "/api/customers/{id}", .scope("customers:write"), .replaceCustomer, .idAndBody(member: "body")),
    Route(
      .patch, "/api/customers/{id}", .scope("customers:write"), .updateCustomer, .idAndBody(member: "changes")),
    Route(.delete, "/api/customers/{id}", .scope("customers:write"), .deleteCustomer, .id, .nothing),
    Route(
      .post, "/api/customers/{id}/tags", .scope("customers:write"), .addCustomerTag, .idAndBody(member: "body"),
      .added),
    Route(
      .delete, "/api/customers/{id}/tags/{tag_id}", .scope("customers:write"), .removeCustomerTag, .idAnd("tag_id")),
    // Removes, as in the interface that other programs speak already.
    Route(.post, "/api/customers/{id}/tags/{tag_id}", .scope("customers:write"), .removeCustomerTag, .idAnd("tag_id")),
    Route(
      .get, "/api/customers/{id}/timeline", .scope("customers:read"), .customerTimeline, .idAndPage, .page),
  ]

  /// A search is a read, whatever its method.
  static let search: [Route] = [
    Route(.post, "/api/search", .scope("customers:read"), .searchCustomers, .bodyOrForm(integers: ["limit"]))
  ]

  static let customerFilters = ListRule(
    single: ["phone", "email", "q"], several: ["tag", "phone_code", "timezone"])
}
