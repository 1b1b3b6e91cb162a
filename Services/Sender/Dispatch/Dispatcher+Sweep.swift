import Contracts
import Service

/// Messages that end or wait without a call.
extension Dispatcher {
  /// Joins what the process shares, and begins to look after what has no answer.
  func attend() {
    tools.control.listen(self) { [weak self] mailouts in
      self?.assumeIsolated { $0.controlChanged(mailouts) }
    }
    tools.rates.listen(self) { [weak self] in self?.assumeIsolated { $0.pumpSoon() } }
    refreshGate(tools.clock())
    tick()
  }

  func leave() {
    tools.control.forget(self)
    tools.rates.forget(self)
  }

  private func tick() {
    restTimer = nil
    guard !isStopping else { return }
    let now = tools.clock()
    noticeStandstill(now)
    noticeCutOff(now)
    judge(now)
    tendCircuit(now)
    letGo(now)
    for item in queue.removeHeads(where: { isUncallable($0, now) }) { settle(item, permission(item, now), now) }
    giveUpHeld(now)
    handBackLapsed(now)
    formerCallers.removeAll { $0.underWay == 0 }
    // Permits that others gave back, a connection that stands again: nobody tells of those.
    pumpSoon()
    let isHolding = !runs.isEmpty || !queue.isEmpty || underWay > 0
    tick(
      after: TickRule.pause(
        of: provider, isHolding: isHolding, isTripped: tripped != nil, breaker: breaker, at: now.monotonic))
  }

  private func tick(after pause: Duration) {
    let timer = loop.timer(at: .now + pause) { [weak self] in self?.assumeIsolated { $0.tick() } }
    restTimer = pause > TickRule.soon ? timer : nil
  }

  /// To be called with whatever may come due before a rest is over: work, or another state of the gate or the circuit.
  func rouse() {
    guard let restTimer else { return }
    loop.cancel(restTimer)
    // Before the calls that come of it: the rest is not to be added to what they may see of a standstill.
    let now = tools.clock()
    noticeStandstill(now)
    noticeCutOff(now)
    tick(after: TickRule.soon)
  }

  /// Pause, cancel and a new end take effect at once on what waits here, an earlier end on what is under way too.
  private func controlChanged(_ mailouts: Set<Int64>) {
    let now = tools.clock()
    if !mailouts.isEmpty { for caller in formerCallers + [caller] { caller.clip() } }
    for mailoutID in mailouts {
      for item in queue.remove(of: mailoutID, where: { isUncallable($0, now) }) {
        settle(item, permission(item, now), now)
      }
    }
    pumpSoon()
  }

  /// How long a call of it may last from now.
  func timeLeft(_ item: Item) -> Duration {
    item.run.callGuard.left(at: tools.clock(), control: tools.control.table[item.run.batch.mailoutID])
  }

  /// Whether it is to end or wait elsewhere. Where the lease alone stands in the way, the database has the last word.
  private func isUncallable(_ item: Item, _ now: Moment) -> Bool {
    switch permission(item, now) {
    case .call, .leaseLost: false
    default: true
    }
  }

  /// The gate is shut: everything waits elsewhere, and nothing is held unacknowledged.
  func sweepAll() {
    let now = tools.clock()
    guard case .shut(let reason, let until) = gate else { return }
    for item in queue.removeAll() {
      // Not all at once when it opens again.
      settle(item, orWait: reason, dueAt: max(until, now.wall) + .random(in: 0...1_000_000), now)
    }
  }

  /// At a low rate, or without news of mailouts, a batch could lie here until the broker loses patience, and in the end
  /// takes it for poison. Its uncalled messages wait with the scheduler instead, which issues them anew at today's pace.
  private func giveUpHeld(_ now: Moment) {
    let old = runs.values.filter { !$0.isGivenUp && $0.since + tools.holdLimit <= now.monotonic }
    guard !old.isEmpty else { return }
    for run in old { run.isGivenUp = true }
    for mailoutID in Set(old.map(\.batch.mailoutID)) {
      for item in queue.remove(of: mailoutID, where: { $0.run.isGivenUp }) {
        settle(item, orWait: "held_too_long", dueAt: now.wall, now)
      }
    }
  }

  /// A message that is not called here any more: it ends where it must, else it waits. Should the claim be another's, the
  /// journal refuses it.
  private func settle(_ item: Item, orWait reason: String, dueAt: Int64, _ now: Moment) {
    switch permission(item, now) {
    case .call, .leaseLost: wait(item, reason, dueAt: dueAt, now)
    case let permission: settle(item, permission, now)
    }
  }

  /// What becomes of a message that must not be called.
  func settle(_ item: Item, _ permission: CallGuard.Permission, _ now: Moment) {
    switch permission {
    case .call, .leaseLost: return
    case .cancelled: end(item, .cancelled, "cancelled", now)
    case .unwanted(let state): end(item, .cancelled, state == .deleted ? "customer_gone" : "opted_out", now)
    case .outdated: wait(item, "customer_outdated", dueAt: now.wall, now)
    case .expired: end(item, .expired, "deadline", now)
    case .paused: wait(item, "paused", dueAt: now.wall, now)
    case .windowClosed: wait(item, "window_closed", dueAt: now.wall, now)
    }
  }

  private func end(_ item: Item, _ status: MessageStatus, _ reason: String, _ now: Moment) {
    uncalled(item, status, reason, dueAt: nil, now)
  }

  private func wait(_ item: Item, _ reason: String, dueAt: Int64, _ now: Moment) {
    uncalled(item, .deferred, reason, dueAt: dueAt, now)
  }

  private func uncalled(_ item: Item, _ status: MessageStatus, _ reason: String, dueAt: Int64?, _ now: Moment) {
    let result = MessageResult.uncalled(
      status, reason, message: item.message, mailoutID: item.run.batch.mailoutID, now: now.wall, dueAt: dueAt)
    record(Entry(run: item.run, result: result, hasPermit: false))
  }
}
