import Contracts
import FoundationEssentials

/// Issuing a portion of a cohort while the next page is being read.
extension MailoutDriver {
  func issue(_ cohort: Cohort, closesAt: Int64?, grant: Grant, _ state: inout DriveState) async throws -> Turn {
    var page: PageBuffer
    if let present = state.page, present.serves(cohort, now: .now) {
      page = present
    } else {
      page = try await read(cohort, after: cohort.cursor, state)
    }
    let members = page.members.prefix(grant.room)
    let taken = page.take(state.template.fitting(members.lazy.map(\.fields), within: Grant.maxBytes))
    state.page = page
    let ahead = page.isUsedUp ? page.next : nil
    async let next = readAhead(cohort, after: ahead, state)
    var (portion, outcomes) = try await portion(
      Array(taken.members), asOf: page.asOf, of: cohort, to: taken.cursor, isLast: taken.isLast, closesAt: closesAt,
      grant: grant, &state)
    // Of a small mailout the first page is everybody: nobody need count them.
    if cohort.kind == .all, let whole = page.whole, state.mailout.audience == nil { portion.audience = Int64(whole) }
    let tools = tools
    let issued = try await tools.issues.issue(portion, of: state.mailout) { [outcomes] connection in
      try await tools.tell(outcomes, on: connection)
    }
    await tools.pace.issued(issued == nil ? 0 : portion.count, of: id, by: grant)
    guard let issued else {
      _ = try? await next
      return .stale
    }
    state.advance(portion, to: issued)
    tools.metrics.messagesIssued.increment(by: portion.count)
    await tools.publisher.publish(portion.batches)
    if let next = try await next { state.page = next }
    return .worked
  }

  /// The members as batches; of a mailout with local hours those only who have not been reached, each within their own.
  private func portion(
    _ members: [AudienceMember], asOf: Int64, of cohort: Cohort, to cursor: Int64, isLast: Bool, closesAt: Int64?,
    grant: Grant, _ state: inout DriveState
  ) async throws -> (portion: Portion, outcomes: [Outcome]) {
    var portion = Portion(cohort: cohort, newCursor: cursor, isExhausted: isLast)
    let mailout = state.mailout
    guard state.hours != nil else {
      let group = Issuer.Group(closesAt: nil, messages: try await messages(for: members, state))
      portion.batches = try await tools.issuer.batches(of: [group], for: mailout, grant: grant, asOf: asOf)
      return (portion, [])
    }
    let now = Date.now
    let reached = try await tools.issues.reached(members.map(\.id), by: id)
    var new = members.filter { !reached.contains($0.id) }
    let count = new.count
    if cohort.kind == .closing { new = new.filter { !state.isShut($0.timezone, now: now) } }
    portion.isExhausted = state.isExhausted(cohort, leavesOut: new.count < count, isLast: isLast)
    if isLast, !portion.isExhausted { portion.newCursor = 0 }
    portion.reached = new.map(\.id)
    let messages = try await messages(for: new, state)
    var groups = HourGroups(end: mailout.draft.endAt)
    for (member, message) in zip(new, messages) {
      let hours =
        cohort.kind == .closing
        ? state.hours?.at(DriveState.seconds(now), in: member.timezone) : closesAt.map { .open(until: $0) }
      groups.add(message, hours ?? .open(until: .max))
    }
    portion.batches = try await tools.issuer.batches(of: groups.open, for: mailout, grant: grant, asOf: asOf)
    portion.deferred = groups.closed.map { message, opening in
      WaitingMessage(
        messageID: message.id, customerID: message.customerID, dueAt: Timestamp.microseconds(opening),
        status: .deferred, round: 0, hop: 0, attempts: 0, reason: "outside_hours")
    }
    let outcomes = portion.deferred.map {
      Outcome(
        messageID: $0.messageID, mailoutID: id, customerID: $0.customerID, status: .deferred, reason: $0.reason,
        at: Timestamp.microseconds(now))
    }
    return (portion, outcomes)
  }

  private func messages(for members: [AudienceMember], _ state: DriveState) async throws -> [BatchMessage] {
    let ids = try await tools.issuer.ids(members.count)
    return zip(members, ids).map { member, id in
      BatchMessage(
        id: id, customerID: member.id, phone: member.phone, text: state.template.render(member.fields))
    }
  }

  private func readAhead(_ cohort: Cohort, after: Int64?, _ state: DriveState) async throws -> PageBuffer? {
    guard let after else { return nil }
    return try await read(cohort, after: after, state)
  }

  private func read(_ cohort: Cohort, after: Int64, _ state: DriveState) async throws -> PageBuffer {
    let through = state.mailout.audienceThrough ?? 0
    let page = try await tools.audience.page(
      AudiencePageQuery(
        filter: state.mailout.draft.filter, after: after, through: through, limit: Grant.most,
        fields: state.template.fields, timezone: cohort.timezone, withoutTimezone: cohort.kind == .rest ? true : nil))
    return PageBuffer(page, cohort: cohort, after: after, through: through, readAt: .now)
  }
}
