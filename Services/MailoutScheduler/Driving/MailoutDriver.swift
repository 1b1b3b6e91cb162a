import Contracts
import FoundationEssentials
import Service

/// Drives one mailout from its first page to its end, paused and cancelled ones included. One replica holds its lease,
/// and whatever it does is fenced in the database, so that a second driver could at worst waste work.
///
/// Each turn does the first of these that there is to do: end the mailout, issue what has waited long enough, issue the
/// next portion, finish; else it waits for a signal (a settled batch, a change), or for the next instant that matters.
struct MailoutDriver: Sendable {
  enum Turn: Sendable {
    /// Something was done: look again.
    case worked
    /// Nothing to do before that instant, or a signal.
    case idle(until: ContinuousClock.Instant)
    /// What was read has been overtaken: read it again.
    case stale
    /// The mailout is over, or another's.
    case over
  }

  let id: Int64
  let tools: DriverTools
  let bell: Bell

  /// - Parameter state: what the mailout has just been made; nil to look it up.
  func run(from state: DriveState? = nil) async {
    await withDiscardingTaskGroup { group in
      var state = state
      // What was changed before the bell hung rang nowhere. What is issued finds out.
      var isUnsure = state != nil
      var isCounting = false
      var told = ProgressTold(at: .now)
      var failures = 0
      while !Task.isCancelled {
        do {
          let news = bell.take()
          if news.contains(.changed) || state == nil { state = try await tools.lookUp(id) }
          if news.contains(.settled) { state?.lookAtEnd = .distantPast }
          if news.contains(.waiting) { state?.lookAtWaiting = .distantPast }
          guard var present = state else { return group.cancelAll() }
          try await tellProgress(present.mailout, &told)
          let turn = try await self.turn(&present)
          state = present
          failures = 0
          // Unless the first page was everybody.
          if !isCounting, present.mailout.audience == nil {
            isCounting = true
            group.addTask { await AudienceCounter(id: id, tools: tools).run() }
          }
          switch turn {
          case .worked: isUnsure = false
          case .idle where isUnsure:
            isUnsure = false
            state = nil
          case .stale: state = nil
          case .idle(let until): await bell.wait(until: until)
          case .over: return group.cancelAll()
          }
        } catch {
          state = nil
          failures += 1
          if failures == 1 {
            tools.log.warning("a mailout is held up, trying again", [.mailoutID(id), .error(error)])
          }
          await bell.wait(until: .now + min(.milliseconds(100) * failures, .seconds(2)))
        }
      }
    }
  }

  private func turn(_ state: inout DriveState) async throws -> Turn {
    let now = Date.now
    let mailout = state.mailout
    if mailout.id == NoMailout.id { return try await turnSingles(&state, now: now) }
    if mailout.status == .cancelled || now >= mailout.draft.endAt { return try await windUp(mailout, now: now) }
    if mailout.status == .paused {
      if state.cohorts.isEmpty, try await tools.life.finish(id, now: now) { return .over }
      return idle(state, .seconds(5), now: now)
    }
    if let order = state.order, now >= state.lookAtOrder {
      switch try await RetryRun(tools: tools, mailout: mailout).step(order, now: now) {
      case .taken, .stale: return .stale
      case .wait: state.lookAtOrder = now.addingTimeInterval(0.2)
      }
    }
    if now >= state.lookAtWaiting {
      let look = try await WaitingRoom(tools: tools, mailout: mailout).issueDue(
        template: state.template, hours: &state.hours, now: now)
      switch look {
      case .issued: return .worked
      case .stale: return .stale
      case .nothing(let next, let isHeld):
        state.nextDue = next
        // A bell tells of what has come to wait, but where another replica has settled its batch.
        let pause =
          isHeld ? tools.crowd.askingPause : tools.crowd.stretch(.seconds(1), beyond: 100, most: .seconds(5))
        state.lookAtWaiting = min(next ?? .distantFuture, now + pause / .seconds(1))
      }
    }
    switch state.next(now: now) {
    case .issue(let cohort, let closesAt):
      guard let grant = try await tools.pace.grant(for: mailout, among: mailout.draft.providers) else {
        return idle(state, tools.crowd.askingPause, now: now)
      }
      return try await issue(cohort, closesAt: closesAt, grant: grant, &state)
    case .wait(let opening):
      return idle(state, min(.seconds(5), .seconds(max(0, Double(opening) - now.timeIntervalSince1970))), now: now)
    case .done:
      guard state.order == nil else { return idle(state, .milliseconds(200), now: now) }
      if now >= state.lookAtEnd {
        if try await tools.life.finish(id, now: now) { return .over }
        state.lookAtEnd = now.addingTimeInterval(1)
      }
      return idle(state, .seconds(state.lookAtEnd.timeIntervalSince(now)), now: now)
    }
  }

  private func tellProgress(_ mailout: Mailout, _ told: inout ProgressTold) async throws {
    let pause = tools.crowd.stretch(ProgressTold.pause, beyond: 20, most: .seconds(30))
    let now = ContinuousClock.now
    guard id != NoMailout.id, told.isDue(issued: mailout.issued, now: now, pause: pause) else { return }
    try await tools.life.tellProgress(of: id)
    told = ProgressTold(at: now, issued: mailout.issued)
  }

  /// Nothing is sent any more: what waits ends, and what is out is waited for. Each step looks whether the end that was
  /// read still holds: it may have been moved a moment ago.
  func windUp(_ mailout: Mailout, now: Date) async throws -> Turn {
    let abandoned: Void? = try await tools.life.whenOver(mailout, now: now) { try await RetryStore.abandon(id, on: $0) }
    guard abandoned != nil, try await WaitingRoom(tools: tools, mailout: mailout).end(now: now),
      try await tools.abandonOverdue(mailout, now: now)
    else { return .stale }
    return try await tools.life.finish(id, now: now) ? .over : .idle(until: .now + .milliseconds(200))
  }

  /// Until the pause is over, the next one who waits is due, or the mailout ends.
  private func idle(_ state: DriveState, _ pause: Duration, now: Date) -> Turn {
    let next = min(state.mailout.draft.endAt, state.nextDue ?? .distantFuture)
    return .idle(until: .now + min(pause, max(.zero, .seconds(next.timeIntervalSince(now)))))
  }
}
