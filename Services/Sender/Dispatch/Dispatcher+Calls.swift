import Contracts
import FoundationEssentials
import Service

/// One message, one attempt.
extension Dispatcher {
  /// Starts what may start, once the events at hand have had their turn.
  func pumpSoon() {
    guard !isPumpScheduled else { return }
    isPumpScheduled = true
    loop.afterBatch { [weak self] in
      self?.assumeIsolated {
        $0.isPumpScheduled = false
        $0.pump()
      }
    }
  }

  private func pump() {
    // A sender that has lost its broker starts no call.
    guard !isStopping, link().isConnected, tools.control.isCurrent else { return }
    if case .shut = gate { return }
    while underWay < limit.value, breaker.callsLeft != 0, !queue.isEmpty {
      guard tools.permits.take(held: permitsHeld) else { break }
      permitsHeld += 1
      let now = tools.clock()
      guard let item = queue.pop(where: { mayStart($0, $1, $2, now) }) else {
        giveBack(permits: 1)
        waitForTokens(now)
        break
      }
      start(item, now)
    }
    metrics.underWay.set(underWay)
  }

  /// Committed results give their permits back.
  func release(permits count: Int) {
    guard count > 0 else { return }
    giveBack(permits: count)
    pumpSoon()
  }

  private func giveBack(permits count: Int) {
    permitsHeld -= count
    tools.permits.giveBack(count)
    tools.metrics.permitsInUse.set(tools.permits.inUse)
  }

  /// Whether a mailout's next message is surely ours and has its tokens. One that will not be called needs none.
  private func mayStart(
    _ mailoutID: Int64, _ next: Item, _ backlog: WorkQueue<Item>.Backlog, _ now: Moment
  ) -> Bool {
    guard now.monotonic < next.run.leaseUntil else { return false }
    let control = tools.control.table[mailoutID]
    let own =
      control.map { $0.revision > next.run.batch.revision ? $0.rateLimit : next.run.batch.rateLimit }
      ?? next.run.batch.rateLimit
    let shared = provider.settings.rateLimit
    if own == nil && shared == nil { return true }
    guard case .call = permission(next, now) else { return true }
    var limits: [(limit: RateLimit, backlog: Int)] = []
    if let own {
      let grid = RateGrid(rate: own, beside: shared)
      limits.append((RateLimit(scope: .mailout(mailoutID), grid: grid), backlog.ofMailout))
    }
    if let shared {
      limits.append((RateLimit(scope: .provider(provider.id), grid: RateGrid(rate: shared)), backlog.all))
    }
    return tools.rates.take(limits, at: now.monotonic)
  }

  private func waitForTokens(_ now: Moment) {
    guard let next = tools.rates.next(after: now.monotonic), rateTimer.map({ next < $0 }) ?? true else { return }
    rateTimer = next
    loop.timer(at: next) { [weak self] in
      self?.assumeIsolated {
        $0.rateTimer = nil
        $0.pump()
      }
    }
  }

  func permission(_ item: Item, _ now: Moment) -> CallGuard.Permission {
    item.run.callGuard.permission(
      at: now, control: tools.control.table[item.run.batch.mailoutID], consents: tools.control.consents,
      customerID: item.message.customerID, leaseUntil: item.run.leaseUntil,
      callTimeout: gate == .probes
        ? min(provider.settings.timeout, provider.settings.breaker.slow) : provider.settings.timeout)
  }

  /// The attempt, to be read from top to bottom.
  private func start(_ item: Item, _ now: Moment) {
    let permission = permission(item, now)
    guard case .call(let timeout) = permission else {
      giveBack(permits: 1)
      return settle(item, permission, now)
    }
    underWay += 1
    item.run.started(at: now.monotonic)
    let ticket = breaker.started(at: now.monotonic)
    let isProbe = gate == .probes
    caller.send(
      item.message, timeout: timeout,
      mayLeave: { [self] in assumeIsolated { $0.mayLeave(item) } },
      timeLeft: { [self] in assumeIsolated { $0.timeLeft(item) } },
      { [self] reply in
        assumeIsolated { dispatcher in
          if let reply {
            dispatcher.ended(item, reply, ticket: ticket, isProbe: isProbe)
          } else {
            dispatcher.withheld(item, ticket)
          }
        }
      })
  }

  /// Asked once more as the request is about to leave: a connection can take as long as an end or a pause needs to come.
  private func mayLeave(_ item: Item) -> Bool {
    guard !item.run.isLost, case .call = permission(item, tools.clock()) else { return false }
    return true
  }

  /// It has not left, and is no attempt.
  private func withheld(_ item: Item, _ ticket: CircuitBreaker.Ticket) {
    breaker.withdrawn(ticket)
    underWay -= 1
    item.run.pending -= 1
    if !item.run.isLost && !isStopping {
      let now = tools.clock()
      switch permission(item, now) {
      // It is ours to call again, or may be once the database has said so.
      case .call, .leaseLost: queue.push([item], mailoutID: item.run.batch.mailoutID)
      case let permission: settle(item, permission, now)
      }
    }
    release(permits: 1)
    endIfQuiet()
  }

  private func ended(_ item: Item, _ reply: CallReply, ticket: CircuitBreaker.Ticket, isProbe: Bool) {
    let now = tools.clock()
    noticeStandstill(now)
    let duration = ticket.start.duration(to: now.monotonic)
    let verdict = OutcomeRules.verdict(on: reply.answer)
    metrics.count(verdict, duration: duration)
    if isBreakingOff || standstill.wasMet(by: ticket.start) {
      breaker.withdrawn(ticket)
    } else {
      limit.ended(after: duration, refused: verdict.isRefusal, underWay: underWay, at: now.monotonic)
      breaker.ended(ticket, verdict.ending, at: now.monotonic)
    }
    underWay -= 1
    item.run.answered(at: now.monotonic)
    let result = result(of: item, verdict, reply, duration: duration, isProbe: isProbe, now: now)
    record(Entry(run: item.run, result: result, hasPermit: true))
    watch(result, revision: item.run.batch.revision)
    // A success says nothing new of a closed circuit.
    // Nor is it judged while this process ends, when nobody notices that it stood still.
    if !isStopping, verdict.ending != .good || isProbe { judge(now) }
    pumpSoon()
    endIfQuiet()
  }

  private func result(
    of item: Item, _ verdict: OutcomeRules.Verdict, _ reply: CallReply, duration: Duration, isProbe: Bool, now: Moment
  ) -> MessageResult {
    let (batch, message) = (item.run.batch, item.message)
    let control = tools.control.table[batch.mailoutID].flatMap { $0.revision > batch.revision ? $0 : nil }
    var random = SystemRandomNumberGenerator()
    var result = MessageResult.after(
      verdict, message: message, mailoutID: batch.mailoutID, deadline: control?.deadline.wall ?? batch.deadline,
      policy: provider.settings.retry, counts: !isProbe, now: now.wall,
      delay: verdict.delay(provider.settings, message, reply.answer, using: &random))
    result.outcome.latency = duration.milliseconds
    guard result.outcome.status != .sent || result.outcome.reason != nil else { return result }
    result.outcome.answer = reply.text
    result.outcome.provider = name
    log.debug(
      "message not accepted",
      [
        .mailoutID(batch.mailoutID), .messageID(message.id), .customerID(message.customerID), .batchID(batch.id),
        .field("status", result.outcome.status.rawValue), .field("reason", result.outcome.reason ?? ""),
      ])
    return result
  }

  /// A mailout that a provider refuses is paused by the scheduler, who is told why.
  private func watch(_ result: MessageResult, revision: Int64) {
    let outcome = result.outcome
    guard outcome.status.isFinal, outcome.mailoutID != NoMailout.id,
      rejections.note(outcome.status == .rejected ? outcome.reason ?? "" : nil, of: outcome.mailoutID)
    else { return }
    tools.pauser.pause(
      outcome.mailoutID,
      reason: "more than half of the last \(RejectionWatch.span) were rejected: \(outcome.reason ?? "")",
      revision: max(revision, tools.control.table[outcome.mailoutID]?.revision ?? 0))
  }
}
