/// What is kept of a person, and its erasure.
extension Operation {
  /// `{"id", "limit"?, "after"?}`: everything that any service keeps of a customer.
  public static let personalData = query("customer.personal-data.v1", .customer, "personal-data:read")
  /// `{"customer_id"}`: every service forgets the person.
  public static let createErasure = command("erasure.create.v1", .customer, "personal-data:write")
  public static let readErasure = query("erasure.read.v1", .customer, "personal-data:read")
  public static let listErasures = query("erasure.list.v1", .customer, "personal-data:read")

  // The parts of the other services, which the customer service asks for. What the person is found by is in the data, so
  // none of these lies in a durable queue; the order itself is kept until all is done.
  public static let waitingOfPerson = query("person.waiting.v1", .mailoutScheduler, nil)
  public static let leadsOfPerson = query("person.leads.v1", .sender, nil)
  public static let messagesOfPerson = query("person.messages.v1", .stats, nil)
  public static let eraseWaiting = command("person.erase-waiting.v1", .mailoutScheduler, nil, transient: true)
  public static let eraseLeads = command("person.erase-leads.v1", .sender, nil, transient: true)
  public static let eraseMessages = command("person.erase-messages.v1", .stats, nil, transient: true)

  static let persons: [Operation] = [
    personalData, createErasure, readErasure, listErasures, waitingOfPerson, leadsOfPerson, messagesOfPerson,
    eraseWaiting, eraseLeads, eraseMessages,
  ]
}
