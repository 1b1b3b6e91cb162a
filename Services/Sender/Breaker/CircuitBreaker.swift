/// Judges a provider by the calls of this sender: whether its circuit is to be opened, and after a rest whether it is
/// back. A value with no clock of its own; what all senders go by is the `Circuit` they share.
struct CircuitBreaker: Sendable {
  enum Phase: Sendable, Equatable {
    case closed, open, halfOpen
  }

  /// How a call ended, as far as the provider's health goes.
  enum Ending: Sendable, Equatable {
    case good
    case bad
    /// It asked for a rest itself.
    case throttled(Duration?)
    /// Our URL or credentials are wrong: every call would meet the same.
    case fault(String)
  }

  enum Judgement: Sendable, Equatable {
    /// - `asked`: how long the provider wants to be left alone.
    case open(reason: String, asked: Duration?)
    case close
  }

  /// A call under way; calls begun in an earlier phase say nothing of the present one.
  struct Ticket: Sendable, Hashable {
    let phase: Int
    let number: Int
    let start: ContinuousClock.Instant
  }

  var policy: BreakerPolicy
  private(set) var phase = Phase.closed
  private var phaseNumber = 0
  private var lastNumber = 0
  private var running: [Int: ContinuousClock.Instant] = [:]
  private var window: CallWindow
  /// Since when there has been load without a success.
  private var barrenSince: ContinuousClock.Instant
  private var lastBusy: ContinuousClock.Instant
  private var badSinceGood = 0
  private var slowSinceGood = 0
  private var asked: Duration?
  private var fault: String?
  private var probesGood = 0
  private var probesBad = 0

  init(policy: BreakerPolicy, now: ContinuousClock.Instant) {
    self.policy = policy
    window = CallWindow(policy.window, start: now)
    (barrenSince, lastBusy) = (now, now)
  }

  /// Begins a phase, and forgets what came before.
  mutating func enter(_ phase: Phase, at now: ContinuousClock.Instant) {
    let (number, last) = (phaseNumber + 1, lastNumber)
    self = CircuitBreaker(policy: policy, now: now)
    self.phase = phase
    (phaseNumber, lastNumber) = (number, last)
  }

  /// How many more calls may start now; nil for no bound.
  var callsLeft: Int? {
    switch phase {
    case .closed: nil
    case .open: 0
    case .halfOpen: max(0, policy.probes - probesGood - probesBad - running.count)
    }
  }

  mutating func started(at now: ContinuousClock.Instant) -> Ticket {
    if running.isEmpty && now - lastBusy > BreakerPolicy.breath { restart(at: now) }
    lastNumber += 1
    running[lastNumber] = now
    return Ticket(phase: phaseNumber, number: lastNumber, start: now)
  }

  mutating func ended(_ ticket: Ticket, _ ending: Ending, at now: ContinuousClock.Instant) {
    guard ticket.phase == phaseNumber, running.removeValue(forKey: ticket.number) != nil else { return }
    lastBusy = now
    let slow = now - ticket.start >= policy.slow
    var throttled = false
    switch ending {
    case .good:
      probesGood += 1
      restart(at: now)
    case .bad:
      probesBad += 1
      badSinceGood += 1
      if slow { slowSinceGood += 1 }
    case .throttled(let wanted):
      probesBad += 1
      throttled = true
      asked = max(asked ?? .zero, wanted ?? .zero)
    case .fault(let reason):
      fault = reason
    }
    window.note(failed: ending == .bad, slow: slow, throttled: throttled, at: now)
  }

  /// It has not been made after all.
  mutating func withdrawn(_ ticket: Ticket) {
    if ticket.phase == phaseNumber { running[ticket.number] = nil }
  }

  /// This process stood still: what is under way is given its time anew, and what did not come of it counts for nothing.
  mutating func resumed(at now: ContinuousClock.Instant) {
    running = running.mapValues { _ in now }
    lastBusy = now
    restart(at: now)
  }

  private mutating func restart(at now: ContinuousClock.Instant) {
    barrenSince = now
    (badSinceGood, slowSinceGood) = (0, 0)
  }

  /// Whether the judgement may change by time alone: calls are under way, or have ended so lately that they still count.
  /// As good ones are forgotten, the share of the failed ones rises.
  func isOccupied(at now: ContinuousClock.Instant) -> Bool { !running.isEmpty || window.total(at: now).calls > 0 }

  /// What is to be done now; asked after each call, and while it is occupied several times a second, since a hang has no
  /// answer.
  func judgement(at now: ContinuousClock.Instant) -> Judgement? {
    guard phase != .open else { return nil }
    if let fault { return .open(reason: fault, asked: nil) }
    return phase == .closed ? closedJudgement(at: now) : probeJudgement(at: now)
  }

  private func closedJudgement(at now: ContinuousClock.Instant) -> Judgement? {
    let overdue = running.values.count { now - $0 >= policy.slow }
    let counts = window.total(at: now)
    let all = counts.calls + overdue
    if all >= policy.minimumCalls {
      let share = 1 / Double(all)
      // A call that runs for so long fares no better than one that failed.
      if Double(counts.failed + overdue) * share >= policy.failureRate {
        return .open(reason: counts.failed >= overdue ? "failure_rate" : "slow_rate", asked: nil)
      }
      if Double(counts.slow + overdue) * share >= policy.slowRate { return .open(reason: "slow_rate", asked: nil) }
      if Double(counts.throttled) * share > 0.5 { return .open(reason: "throttled", asked: asked) }
    }
    guard now - barrenSince >= BreakerPolicy.stall, !running.isEmpty || now - lastBusy <= BreakerPolicy.breath else {
      return nil
    }
    return slowSinceGood + overdue >= 1 || badSinceGood >= 3 ? .open(reason: "stalled", asked: nil) : nil
  }

  private func probeJudgement(at now: ContinuousClock.Instant) -> Judgement? {
    let overdue = running.values.count { now - $0 >= policy.slow * 2 }
    if Double(probesBad + overdue) >= Double(policy.probes) * policy.failureRate {
      return .open(reason: asked == nil ? "probes" : "throttled", asked: asked)
    }
    if probesGood + probesBad >= policy.probes { return .close }
    // Too little work for all the probes.
    let isIdle = running.isEmpty && now - lastBusy >= .seconds(1)
    guard isIdle, probesGood + probesBad > 0 else { return nil }
    return probesBad == 0 ? .close : .open(reason: "probes", asked: asked)
  }
}
