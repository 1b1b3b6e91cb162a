/// Mailouts.
extension Operation {
  public static let createMailout = command("mailout.create.v1", .mailoutScheduler, "mailouts:write")
  public static let readMailout = query("mailout.read.v1", .mailoutScheduler, "mailouts:read")
  public static let listMailouts = query("mailout.list.v1", .mailoutScheduler, "mailouts:read")
  public static let replaceMailout = command("mailout.replace.v1", .mailoutScheduler, "mailouts:write")
  public static let updateMailout = command("mailout.update.v1", .mailoutScheduler, "mailouts:write")
  public static let deleteMailout = command("mailout.delete.v1", .mailoutScheduler, "mailouts:write")
  public static let previewAudience = query("mailout.audience.v1", .mailoutScheduler, "mailouts:read")
  public static let pauseMailout = command("mailout.pause.v1", .mailoutScheduler, "mailouts:write")
  public static let resumeMailout = command("mailout.resume.v1", .mailoutScheduler, "mailouts:write")
  public static let cancelMailout = command("mailout.cancel.v1", .mailoutScheduler, "mailouts:write")
  public static let retryFailed = command("mailout.retry-failed.v1", .mailoutScheduler, "mailouts:write")
  /// Now instead of at `start_at`.
  public static let startMailout = command("mailout.start.v1", .mailoutScheduler, "mailouts:write")
  public static let addMailoutTag = command("mailout.tag.add.v1", .mailoutScheduler, "mailouts:write")
  public static let removeMailoutTag = command("mailout.tag.remove.v1", .mailoutScheduler, "mailouts:write")
  public static let addMailoutPhoneCode = command("mailout.phone-code.add.v1", .mailoutScheduler, "mailouts:write")
  public static let removeMailoutPhoneCode = command(
    "mailout.phone-code.remove.v1", .mailoutScheduler, "mailouts:write")
  /// One message with its text to a phone.
  public static let testMailout = command("mailout.test.v1", .mailoutScheduler, "mailouts:write")
  /// For senders: see `MailoutControl`.
  public static let controlSnapshot = query("mailout.control-snapshot.v1", .mailoutScheduler, "mailouts:read")

  static let mailouts: [Operation] = [
    createMailout, readMailout, listMailouts, replaceMailout, updateMailout, deleteMailout, previewAudience,
    pauseMailout, resumeMailout, cancelMailout, retryFailed, startMailout, addMailoutTag, removeMailoutTag,
    addMailoutPhoneCode, removeMailoutPhoneCode, testMailout, controlSnapshot,
  ]
}
