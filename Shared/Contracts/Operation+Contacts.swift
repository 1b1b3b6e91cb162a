/// Contacts, and the groups of their fields.
extension Operation {
  public static let findContacts = query("contact.find.v1", .customer, "contacts:read")
  public static let readContact = query("contact.read.v1", .customer, "contacts:read")
  public static let createContact = command("contact.create.v1", .customer, "contacts:write")
  public static let replaceContact = command("contact.replace.v1", .customer, "contacts:write")
  public static let updateContact = command("contact.update.v1", .customer, "contacts:write")
  /// Every contact with an address.
  public static let deleteContacts = command("contact.delete.v1", .customer, "contacts:write")
  public static let listContactUpdates = query("contact.updates.v1", .customer, "contacts:read")
  public static let findIdentities = query("contact.identities.v1", .customer, "contacts:read")
  public static let readIdentity = query("contact.identity.v1", .customer, "contacts:read")
  /// One group of a contact, as the interface's first version showed it.
  public static let readContactGroup = query("contact.group.v1", .customer, "contacts:read")
  // For the gateway's probes and metrics: they name nobody.
  public static let checkContacts = query("contact.check.v1", .customer, nil)
  public static let countContacts = query("contact.count.v1", .customer, nil)

  public static let createContactGroup = command("contact-group.create.v1", .customer, "admin:write")
  public static let readContactGroupDefinition = query("contact-group.read.v1", .customer, "admin:read")
  public static let listContactGroups = query("contact-group.list.v1", .customer, "admin:read")
  public static let updateContactGroup = command("contact-group.update.v1", .customer, "admin:write")
  public static let deleteContactGroup = command("contact-group.delete.v1", .customer, "admin:write")

  static let contacts: [Operation] = [
    findContacts, readContact, createContact, replaceContact, updateContact, deleteContacts, listContactUpdates,
    findIdentities, readIdentity, readContactGroup, checkContacts, countContacts, createContactGroup,
    readContactGroupDefinition, listContactGroups, updateContactGroup, deleteContactGroup,
  ]
}
