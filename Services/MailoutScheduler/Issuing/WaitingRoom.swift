import Contracts
import FoundationEssentials

/// The waiting set of one mailout: who is due is issued again, with the customer as they are now; who is late is over.
struct WaitingRoom: Sendable {
  /// Messages that end in one transaction: a hundred thousand are twenty steps.
  static let step = 5_000

  enum Look: Sendable {
    case issued
    /// Another has taken a message, or the mailout has changed.
    case stale
    /// None is due and could go; the next one is due then, as far as that is in the future.
    /// `isHeld`: some are due, but their provider takes none at the moment.
    case nothing(next: Date?, isHeld: Bool)
  }

  let tools: DriverTools
  let mailout: Mailout

  /// Issues messages whose time has come and whose provider takes work.
  func issueDue(template: Template, hours: inout MailoutHours?, now: Date) async throws -> Look {
    let providers = mailout.draft.providers
    var (next, isHeld): (Date?, Bool) = (nil, false)
    for lane in try await tools.waiting.lanes(mailoutID: mailout.id, providers: providers) {
      guard lane.nextDue <= now else {
        next = min(next ?? .distantFuture, lane.nextDue)
        continue
      }
      let among = lane.provider.map { [$0] } ?? providers
      guard let grant = try await tools.pace.grant(for: mailout, among: among) else {
        isHeld = true
        continue
      }
      return try await issue(lane.provider, grant, template, &hours, now: now)
    }
    return .nothing(next: next, isHeld: isHeld)
  }

  private func issue(
    _ lane: String?, _ grant: Grant, _ template: Template, _ hours: inout MailoutHours?, now: Date
  ) async throws -> Look {
    var due = try await tools.waiting.due(
      mailoutID: mailout.id, lane: lane, now: now, limit: grant.room)
    let page = try await tools.audience.members(
      AudienceMembersQuery(ids: due.map(\.customerID), fields: template.fields))
    let byID = Dictionary(page.members.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    // Who is left waits for the next look.
    due.removeLast(
      due.count - template.fitting(due.lazy.map { byID[$0.customerID]?.fields }, within: Grant.maxBytes))
    let optedOut = Set(page.optedOut ?? [])
    let gone = due.filter { byID[$0.customerID] == nil }
    var groups = HourGroups(end: mailout.draft.endAt)
    for message in due {
      guard let member = byID[message.customerID] else { continue }
      groups.add(
        message.again(phone: member.phone, text: template.render(member.fields)),
        hours?.at(DriveState.seconds(now), in: member.timezone) ?? .open(until: .max))
    }
    let open = groups.open
    let batches = try await tools.issuer.batches(of: open, for: mailout, grant: grant, asOf: page.asOf)
    let (mailout, tools) = (mailout, tools)
    let taken = try await tools.waiting.reissue(
      gone.map(\.messageID) + open.flatMap { $0.messages.map(\.id) }, batches: batches,
      later: groups.closed.map { ($0.message.id, $0.opening) }, mailout: mailout
    ) { connection in
      let outcomes = gone.map {
        let reason = optedOut.contains($0.customerID) ? "opted_out" : "customer_gone"
        return $0.ended(.cancelled, of: mailout.id, reason: reason, now: now)
      }
      try await tools.tell(outcomes, on: connection)
    }
    await tools.pace.issued(taken ? batches.reduce(0) { $0 + $1.count } : 0, of: mailout.id, by: grant)
    guard taken else { return .stale }
    await tools.publisher.publish(batches)
    return .issued
  }

  /// Nothing is sent any more: whoever still waits has expired, or failed where an answer never came; or is cancelled
  /// with the mailout. False where the mailout is not over, or not ours (any more): see `LifeStore.whenOver`.
  func end(now: Date) async throws -> Bool {
    let (mailout, tools) = (mailout, tools)
    while true {
      let count = try await tools.life.whenOver(mailout, now: now) { connection in
        let messages = try await WaitingStore.remove(mailoutID: mailout.id, limit: Self.step, on: connection)
        try await tools.tell(messages.map { ended($0, now: now) }, on: connection)
        return messages.count
      }
      guard let count else { return false }
      if count == 0 { return true }
      tools.log.info("messages taken out of the waiting set", [.mailoutID(mailout.id), .field("count", count)])
    }
  }

  private func ended(_ message: WaitingMessage, now: Date) -> Outcome {
    let end =
      mailout.status == .cancelled
      ? MessageEnd.cancelled : .late(isUnknown: message.isUnknown, reason: message.reason ?? "deadline")
    return message.ended(end.status, of: mailout.id, reason: end.reason, now: now)
  }
}
