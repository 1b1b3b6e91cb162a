import Contracts
import HTTPServer

/// Contacts, as subscription systems speak to them; and the groups of their fields, for admins.
extension RouteTable {
  static let contacts: [Route] = [
    .contact(.get, "/ctms", .findContacts, .query, .items),
    .contact(.get, "/ctms/{email_id}", .readContact, .id),
    .contact(.post, "/ctms", .createContact, .body, .created),
    .contact(.put, "/ctms/{email_id}", .replaceContact, .idAndBody(member: "body"), .contact(status: 201)),
    .contact(.patch, "/ctms/{email_id}", .updateContact, .idAndBody(member: "changes"), .contact(status: 200)),
    // Here it is the address.
    .contact(.delete, "/ctms/{email_id}", .deleteContacts, .address, .items),
    .contact(.get, "/updates", .listContactUpdates, .query, .updates, face: .contactUpdates),
    .contact(.get, "/identities", .findIdentities, .query, .items),
    .contact(.get, "/identity/{email_id}", .readIdentity, .id),
    // As the interface's first version had them.
    .contact(.get, "/contact/email/{email_id}", .readContactGroup, .group("email")),
    .contact(.get, "/contact/amo/{email_id}", .readContactGroup, .group("amo")),
    .contact(.get, "/contact/fpn/{email_id}", .readContactGroup, .group("fpn")),
    .contact(.get, "/contact/fxa/{email_id}", .readContactGroup, .group("fxa")),
  ]

  static let contactGroups: [Route] = [
    Route(.post, "/api/contact-groups", .scope("admin:write"), .createContactGroup, .body, .created),
    Route(
      .get, "/api/contact-groups", .scope("admin:read"), .listContactGroups, .list(ListRule()), .page),
    Route(.get, "/api/contact-groups/{id}", .scope("admin:read"), .readContactGroupDefinition, .id),
    Route(
      .patch, "/api/contact-groups/{id}", .scope("admin:write"), .updateContactGroup, .idAndBody(member: "changes")),
    Route(.delete, "/api/contact-groups/{id}", .scope("admin:write"), .deleteContactGroup, .id, .nothing),
  ]
}

extension Route {
  /// A route of contacts that is one operation.
  fileprivate static func contact(
    _ method: HTTPMethod, _ pattern: String, _ operation: Operation, _ input: ContactInput,
    _ output: ContactOutput = .value, face: Face = .contacts
  ) -> Route {
    let types: [MediaType] = method == .patch ? [.json, .mergePatch] : [.json]
    return Route(
      method, pattern, .scope(method == .get ? "contacts:read" : "contacts:write"), face: face,
      body: input.takesBody ? .whole(types, upTo: maxJSON) : .none, operation: operation
    ) { call in
      try output.response(try await call.perform(operation, try input.data(call)), to: call)
    }
  }
}
