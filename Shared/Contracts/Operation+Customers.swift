/// Customers, their tags and imports.
extension Operation {
  public static let createCustomer = command("customer.create.v1", .customer, "customers:write")
  public static let readCustomer = query("customer.read.v1", .customer, "customers:read")
  public static let listCustomers = query("customer.list.v1", .customer, "customers:read")
  /// A list whose filters are the body's own members; `text` is the list's `q`.
  public static let searchCustomers = query("customer.search.v1", .customer, "customers:read")
  /// A page of customers as text: CSV rows, or NDJSON.
  public static let exportCustomers = query("customer.export.v1", .customer, "customers:read")
  public static let replaceCustomer = command("customer.replace.v1", .customer, "customers:write")
  public static let updateCustomer = command("customer.update.v1", .customer, "customers:write")
  public static let deleteCustomer = command("customer.delete.v1", .customer, "customers:write")
  public static let addCustomerTag = command("customer.tag.add.v1", .customer, "customers:write")
  public static let removeCustomerTag = command("customer.tag.remove.v1", .customer, "customers:write")
  public static let importCustomers = command("customer.import.v1", .customer, "customers:write")
  /// For senders: see `ConsentSnapshot`.
  public static let consentSnapshot = query("customer.consent-snapshot.v1", .customer, "customers:read")

  static let customers: [Operation] = [
    createCustomer, readCustomer, listCustomers, searchCustomers, exportCustomers, replaceCustomer, updateCustomer,
    deleteCustomer, addCustomerTag, removeCustomerTag, importCustomers, consentSnapshot,
  ]
}
