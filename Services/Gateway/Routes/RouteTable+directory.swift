import Contracts

extension RouteTable {
  /// Tags, phone codes and time zones. Creating by value answers with the one there is already.
  static let directory: [Route] =
    named(
      "tag", at: "/api/tags", create: .createTag, read: .readTag, list: .listTags, replace: .replaceTag,
      delete: .deleteTag)
    + named(
      "phone_code", at: "/api/phone_codes", create: .createPhoneCode, read: .readPhoneCode, list: .listPhoneCodes,
      replace: .replacePhoneCode, delete: .deletePhoneCode)
    + named(
      "timezone", at: "/api/timezones", create: .createTimezone, read: .readTimezone, list: .listTimezones,
      replace: .replaceTimezone, delete: .deleteTimezone)

  private static func named(
    _ field: String, at path: String, create: Operation, read: Operation, list: Operation, replace: Operation,
    delete: Operation
  ) -> [Route] {
    [
      Route(.post, path, .scope("customers:write"), create, .body, .created),
      Route(.get, path, .scope("customers:read"), list, .list(ListRule(single: [field])), .page),
      Route(.get, "\(path)/{id}", .scope("customers:read"), read, .id),
      Route(.put, "\(path)/{id}", .scope("customers:write"), replace, .idAndBody(member: "body")),
      Route(.delete, "\(path)/{id}", .scope("customers:write"), delete, .id, .nothing),
    ]
  }
}
