/// What customers have by name: tags, phone codes, time zones.
extension Operation {
  public static let createTag = command("tag.create.v1", .customer, "customers:write")
  public static let readTag = query("tag.read.v1", .customer, "customers:read")
  public static let listTags = query("tag.list.v1", .customer, "customers:read")
  public static let replaceTag = command("tag.replace.v1", .customer, "customers:write")
  public static let deleteTag = command("tag.delete.v1", .customer, "customers:write")

  public static let createPhoneCode = command("phone-code.create.v1", .customer, "customers:write")
  public static let readPhoneCode = query("phone-code.read.v1", .customer, "customers:read")
  public static let listPhoneCodes = query("phone-code.list.v1", .customer, "customers:read")
  public static let replacePhoneCode = command("phone-code.replace.v1", .customer, "customers:write")
  public static let deletePhoneCode = command("phone-code.delete.v1", .customer, "customers:write")

  public static let createTimezone = command("timezone.create.v1", .customer, "customers:write")
  public static let readTimezone = query("timezone.read.v1", .customer, "customers:read")
  public static let listTimezones = query("timezone.list.v1", .customer, "customers:read")
  public static let replaceTimezone = command("timezone.replace.v1", .customer, "customers:write")
  public static let deleteTimezone = command("timezone.delete.v1", .customer, "customers:write")

  static let directory: [Operation] = [
    createTag, readTag, listTags, replaceTag, deleteTag,
    createPhoneCode, readPhoneCode, listPhoneCodes, replacePhoneCode, deletePhoneCode,
    createTimezone, readTimezone, listTimezones, replaceTimezone, deleteTimezone,
  ]
}
