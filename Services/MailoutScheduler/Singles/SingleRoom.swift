import Contracts
import FoundationEssentials

/// Issues messages of no mailout: who waits and is due goes out in batches, many together; who is late is over.
struct SingleRoom: Sendable {
  let tools: DriverTools
  /// The row that stands for no mailout.
  let mailout: Mailout

  /// Issues messages whose time has come and whose provider takes work.
  func issueDue(now: Date) async throws -> WaitingRoom.Look {
    var next: Date?
    for lane in try await tools.singles.lanes(providers: tools.board.names.sorted()) {
      guard lane.nextDue <= now else {
        next = min(next ?? .distantFuture, lane.nextDue)
        continue
      }
      let provider = lane.provider ?? MailoutDraft.defaultProvider
      if let grant = try await tools.pace.grant(for: mailout, among: [provider]) {
        return try await issue(lane, grant, now: now)
      }
      // The provider takes none at the moment: soon again.
      next = now
    }
    return .nothing(next: next, isHeld: false)
  }

  private func issue(_ lane: WaitingStore.Lane, _ grant: Grant, now: Date) async throws -> WaitingRoom.Look {
    let due = try await tools.singles.due(lane: lane.provider, now: now, limit: grant.room)
    // Those that are due have their end behind them.
    if due.isEmpty {
      await tools.pace.issued(0, of: mailout.id, by: grant)
      return .nothing(next: now, isHeld: false)
    }
    let plan = try SinglePlan(due)
    let page = try await tools.audience.members(
      AudienceMembersQuery(ids: plan.customers, fields: plan.fields))
    let (ends, gone) = plan.messages(page.members)
    let groups = ends.sorted { $0.key < $1.key }.map { Issuer.Group(deadline: $0.key, messages: $0.value) }
    // Tests of a text go to phones that are no customer's: nothing that could be out of date was read for them.
    let asOf = page.members.isEmpty ? Timestamp.microseconds(now) : page.asOf
    let batches = try await tools.issuer.batches(of: groups, for: mailout, grant: grant, asOf: asOf)
    let tools = tools
    let over = Set(gone.map(\.messageID))
    let optedOut = Set(page.optedOut ?? [])
    let issued = try await tools.singles.issue(
      plan.singles.filter { !over.contains($0.messageID) }, over: gone, batches: batches
    ) { connection in
      let outcomes = gone.map { single in
        let hasOptedOut = optedOut.contains(single.customerID ?? 0)
        return single.ended(.cancelled, reason: hasOptedOut ? "opted_out" : "customer_gone", now: now)
      }
      try await tools.tell(outcomes, on: connection)
    }
    await tools.pace.issued(issued ? batches.reduce(0) { $0 + $1.count } : 0, of: mailout.id, by: grant)
    guard issued else { return .stale }
    await tools.publisher.publish(batches)
    return .issued
  }

  /// Ends what waited until its end, and writes off what no sender settled; false where that is another's to do.
  func endOverdue(now: Date) async throws -> Bool {
    let tools = tools
    while try await tools.singles.removeOverdue(
      now: now, limit: WaitingRoom.step,
      tell: { singles, connection in
        try await tools.tell(singles.map { $0.overdue(now: now) }, on: connection)
      }) > 0
    {}
    return try await tools.abandonOverdue(mailout, now: now)
  }
}
