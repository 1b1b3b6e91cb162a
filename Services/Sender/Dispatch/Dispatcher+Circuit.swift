import Contracts
import Service

/// The provider's circuit: this sender's breaker judges, the row that all senders share decides.
extension Dispatcher {
  /// How long a sender may try a provider without saying again that it lives.
  private static let probeLease: Duration = .seconds(5)

  /// The provider as it was read anew.
  func apply(_ provider: Provider, caller: (any ProviderCalling)?) {
    guard provider.revision >= self.provider.revision else { return }
    let (before, now) = (self.provider, tools.clock())
    self.provider = provider
    if let caller {
      formerCallers.append(self.caller)
      self.caller = caller
    }
    if limit.maximum != provider.settings.concurrency { limit.maximum = provider.settings.concurrency }
    breaker.policy = provider.settings.breaker
    if provider.circuit.state != before.circuit.state || provider.circuit.probeOwner != before.circuit.probeOwner {
      enterPhase(now)
      log.info(
        "circuit \(provider.circuit.state.rawValue)", [.field("reason", provider.circuit.reason ?? "")])
    }
    refreshGate(now)
  }

  func refreshGate(_ now: Moment) {
    let new = Gate(provider, tripped: tripped?.until, instance: tools.instance, now: now.wall)
    metrics.circuit(provider.circuit.state)
    gate = new
    let fetches = Gate.fetches(provider, gate: new)
    if fetches != isFetching {
      isFetching = fetches
      onFetch(fetches)
    }
    if case .shut = new { sweepAll() }
    rouse()
    pumpSoon()
  }

  private func enterPhase(_ now: Moment) {
    let phase: CircuitBreaker.Phase =
      switch provider.circuit.state {
      case .closed: .closed
      case .open: .open
      case .halfOpen: provider.circuit.isProbed(by: tools.instance) ? .halfOpen : .open
      }
    breaker.enter(phase, at: now.monotonic)
  }

  /// Looked for before anything is judged: else a sender that was frozen takes its own absence for the provider's, and
  /// opens the circuit that all share.
  func noticeStandstill(_ now: Moment) {
    // Nobody looks regularly any more.
    guard !isStopping, standstill.look(at: now.monotonic) else { return }
    breaker.resumed(at: now.monotonic)
    guard underWay > 0 else { return }
    log.warning("this process stood still; the calls under way are not held against the provider")
  }

  /// Asks the breaker, and acts on its word at once; the others hear of it by the row.
  func judge(_ now: Moment) {
    guard tripped == nil, gate == .calls || gate == .probes, provider.circuit.mode == .auto,
      let judgement = breaker.judgement(at: now.monotonic)
    else { return }
    switch judgement {
    case .close:
      move(.recovered(owner: tools.instance))
    case .open(let reason, let asked):
      var random = SystemRandomNumberGenerator()
      let openFor = provider.settings.breaker.openTime(asked: asked, using: &random)
      let event: Circuit.Event =
        gate == .probes
        ? .relapsed(owner: tools.instance, reason: reason, openFor: openFor) : .trip(reason: reason, openFor: openFor)
      tripped = (now.wall + openFor.wholeMicroseconds, event)
      log.warning("the provider is given a rest", [.field("reason", reason), .field("rest_seconds", openFor)])
      refreshGate(now)
      move(event)
    }
  }

  /// What comes due: trying a provider whose rest is over, saying that we still try it, a rest nobody could write down.
  func tendCircuit(_ now: Moment) {
    if let tripped, !isMovingCircuit {
      guard tripped.until <= now.wall else { return move(tripped.event) }
      self.tripped = nil
      enterPhase(now)
      refreshGate(now)
    }
    let circuit = provider.circuit
    guard provider.isEnabled, circuit.mode == .auto, !isStopping else { return }
    let wantsProbe =
      switch circuit.state {
      case .closed: false
      case .open: (circuit.reopensAt ?? .max) <= now.wall
      case .halfOpen:
        circuit.isProbed(by: tools.instance)
          ? probeRenewal <= now.monotonic : (circuit.probeUntil ?? 0) <= now.wall
      }
    guard wantsProbe, link().isConnected, !isMovingCircuit else { return }
    probeRenewal = now.monotonic + Self.probeLease / 3
    move(.probe(owner: tools.instance, lease: Self.probeLease))
  }

  private func move(_ event: Circuit.Event) {
    guard !isMovingCircuit else { return }
    isMovingCircuit = true
    Task { await self.moveCircuit(event) }
  }

  private func moveCircuit(_ event: Circuit.Event) async {
    do {
      let moved = try await tools.providers.move(provider.id, event)
      isMovingCircuit = false
      if tripped?.event == event { tripped = nil }
      if let moved { apply(moved.provider, caller: nil) }
    } catch {
      log.warning("the circuit cannot be written down", [.error(error)])
      do { try await Task.sleep(for: .milliseconds(500)) } catch {}
      isMovingCircuit = false
    }
    refreshGate(tools.clock())
  }
}
