/// Leads, and the buyers they go to.
extension Operation {
  public static let createBuyer = command("buyer.create.v1", .sender, "admin:write")
  public static let readBuyer = query("buyer.read.v1", .sender, "admin:read")
  public static let listBuyers = query("buyer.list.v1", .sender, "admin:read")
  public static let replaceBuyer = command("buyer.replace.v1", .sender, "admin:write")
  public static let updateBuyer = command("buyer.update.v1", .sender, "admin:write")
  public static let deleteBuyer = command("buyer.delete.v1", .sender, "admin:write")
  /// One call at a buyer's API; the reply is a `LeadResult`. Needs an idempotency key.
  public static let sendLead = command("lead.send.v1", .sender, "leads:write")
  /// The same without the call.
  public static let pingLead = command("lead.ping.v1", .sender, "leads:write")
  /// `{"lead_id", "mode": "send" | "ping"}`: what came of it.
  public static let leadStatus = query("lead.status.v1", .sender, "leads:read")

  static let leads: [Operation] = [
    createBuyer, readBuyer, listBuyers, replaceBuyer, updateBuyer, deleteBuyer, sendLead, pingLead, leadStatus,
  ]
}
