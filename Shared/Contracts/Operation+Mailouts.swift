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
  /// For senders: see `MailoutControl`.
  public static let controlSnapshot = query("mailout.control-snapshot.v1", .mailoutScheduler, "mailouts:read")

  static let mailouts: [Operation] = [
    createMailout, readMailout, listMailouts, replaceMailout, updateMailout, deleteMailout, previewAudience,
    pauseMailout, resumeMailout, cancelMailout, retryFailed, controlSnapshot,
  ]
}
