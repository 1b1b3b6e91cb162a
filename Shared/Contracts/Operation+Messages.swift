/// Single messages, what is known of messages, and what happened to whom.
extension Operation {
  /// One message now, through the same engine as a mailout's.
  public static let createMessage = command("message.create.v1", .mailoutScheduler, "messages:write")
  public static let updateMessage = command("message.update.v1", .mailoutScheduler, "messages:write")
  public static let cancelMessage = command("message.cancel.v1", .mailoutScheduler, "messages:write")
  public static let readMessage = query("message.read.v1", .stats, "messages:read")
  public static let listMessages = query("message.list.v1", .stats, "messages:read")
  public static let messageStats = query("message.stats.v1", .stats, "messages:read")
  /// A provider's word that messages have reached people.
  public static let recordReceipts = command("message.receipts.v1", .stats, "messages:write")
  /// For the scheduler: see `FailedMessagesQuery`.
  public static let failedMessages = query("message.failed.v1", .stats, "messages:read")
  public static let messageTimeline = query("timeline.message.v1", .stats, "messages:read")
  public static let mailoutTimeline = query("timeline.mailout.v1", .stats, "mailouts:read")
  public static let customerTimeline = query("timeline.customer.v1", .stats, "customers:read")

  static let messages: [Operation] = [
    createMessage, updateMessage, cancelMessage, readMessage, listMessages, messageStats, recordReceipts,
    failedMessages, messageTimeline, mailoutTimeline, customerTimeline,
  ]
}
