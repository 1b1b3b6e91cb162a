import Contracts
import FoundationEssentials
import Service

/// Drives one mailout from its first page to its end, paused and cancelled ones included. One replica holds its lease, and whatever it does is
/// fenced in the database, so that a second driver could at worst waste work.
///
/// Each turn does the first of these that there is to do: end the mailout, issue what has waited long enough, issue the
/// next page, finish; else it waits for a signal (a settled batch), or for the next instant that matters.
struct MailoutDriver: Sendable {
  /// So that the first call is early.
  static let firstPage = 50
  static let page = 1_000

  enum Turn: Sendable {
    /// Something was done: look again.
    case worked
    /// Nothing to do before that instant, or a signal.
    case idle(until: ContinuousClock.Instant)
    /// The mailout is over, or another's.
    case over
  }

  let id: Int64
  let tools: DriverTools
  let signal: Signal

  func run() async {
    await withDiscardingTaskGroup { group in
      group.addTask { await countAudience() }
      var prefetched: Prefetched?
      var failures = 0
      while !Task.isCancelled {
        do {
          let turn = try await self.turn(&prefetched)
          failures = 0
          switch turn {
          case .worked: continue
          case .idle(let until): await signal.wait(until: until)
          case .over:
            group.cancelAll()
            return
          }
        } catch {
          prefetched = nil
          failures += 1
          if failures == 1 {
            tools.log.warning("a mailout is held up, trying again", [.mailoutID(id), .error(error)])
          }
          await signal.wait(until: .now + min(.milliseconds(100) * failures, .seconds(2)))
        }
      }
    }
  }

  private func turn(_ prefetched: inout Prefetched?) async throws -> Turn {
    guard let mailout = try await tools.lookUp(id), mailout.isLive else { return .over }
    let now = Date.now
    let waits = WaitingRoom(tools: tools, mailout: mailout)
    if mailout.status == .cancelled || now >= mailout.draft.endAt {
      try await waits.end()
      try await tools.abandonOverdue(mailout, now: now)
      return try await tools.life.finish(id, now: now) ? .over : .idle(until: .now + .milliseconds(200))
    }
    if mailout.status == .paused {
      if try await tools.life.finish(id, now: now) { return .over }
      return .idle(until: .now + min(.seconds(5), .seconds(mailout.draft.endAt.timeIntervalSince(now))))
    }
    if try await waits.issueDue(now: now) { return .worked }
    let cohort = try await tools.issues.openCohort(of: id)
    if let cohort {
      let room = try await tools.pace.room(of: mailout.draft.provider)
      if room > 0 {
        prefetched = try await issuePage(of: mailout, cohort: cohort, prefetched: prefetched, room: room)
        return .worked
      }
    } else if try await tools.life.finish(id, now: now) {
      return .over
    }
    let pause: Duration = cohort == nil ? .seconds(1) : .milliseconds(50)
    let next = min(mailout.draft.endAt, try await tools.waiting.nextDue(mailoutID: id) ?? .distantFuture)
    return .idle(until: .now + min(pause, max(.zero, .seconds(next.timeIntervalSince(now)))))
  }

  /// A page read ahead, and where it was read from.
  struct Prefetched: Sendable {
    var cursor: Int64
    var page: AudiencePage
  }

  /// Issues one page while the next is being read.
  private func issuePage(
    of mailout: Mailout, cohort: IssueStore.Cohort, prefetched: Prefetched?, room: Int
  ) async throws -> Prefetched? {
    let template = try Template(mailout.draft.text)
    let page: AudiencePage
    if let prefetched, prefetched.cursor == cohort.cursor {
      page = prefetched.page
    } else {
      page = try await read(
        mailout, template, after: cohort.cursor, limit: cohort.cursor == 0 ? Self.firstPage : Self.page)
    }
    async let next: Prefetched? = readAhead(mailout, template, after: page.next)
    let batches = try await tools.issuer.batches(for: page.members, of: mailout, template: template)
    let cursor = page.next ?? mailout.audienceThrough ?? cohort.cursor
    let issued = try await tools.issues.issue(
      batches, mailout: mailout, cohort: cohort, newCursor: cursor, exhausted: page.next == nil)
    guard issued else {
      _ = try? await next
      return nil
    }
    tools.metrics.messagesIssued.increment(by: page.members.count)
    await tools.publisher.publish(batches)
    return try await next
  }

  private func readAhead(_ mailout: Mailout, _ template: Template, after: Int64?) async throws -> Prefetched? {
    guard let after else { return nil }
    return Prefetched(cursor: after, page: try await read(mailout, template, after: after, limit: Self.page))
  }

  private func read(
    _ mailout: Mailout, _ template: Template, after: Int64, limit: Int
  ) async throws -> AudiencePage {
    try await tools.audience.page(
      AudiencePageQuery(
        filter: mailout.draft.filter, after: after, through: mailout.audienceThrough ?? 0, limit: limit,
        fields: template.fields))
  }

  /// The audience's exact size, beside the sending.
  private func countAudience() async {
    while !Task.isCancelled {
      do {
        guard let mailout = try await tools.lookUp(id), mailout.isLive, mailout.audience == nil else { return }
        let count = try await tools.audience.count(
          AudienceCountQuery(filter: mailout.draft.filter, through: mailout.audienceThrough))
        try await tools.life.setAudience(id, count: count.count)
        return
      } catch {
        tools.log.warning("the audience could not be counted yet", [.mailoutID(id), .error(error)])
        do { try await Task.sleep(for: .seconds(2)) } catch { return }
      }
    }
  }
}
