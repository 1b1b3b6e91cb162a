import Contracts

/// The state of a provider's circuit as all senders share it, a row in the database. Every change of it is one of the
/// transitions here, made under the row's lock with the database's clock.
struct Circuit: Sendable, Equatable {
  /// Who decides.
  enum Mode: String, Sendable, CaseIterable {
    /// The breaker.
    case auto
    /// An operator holds it open.
    case open
    /// An operator holds it closed, whatever the calls say.
    case closed
  }

  enum Event: Sendable, Equatable {
    /// A sender's calls have gone wrong.
    case trip(reason: String, openFor: Duration)
    /// A sender wants to try the provider; one of them may, for as long as it keeps saying so.
    case probe(owner: String, lease: Duration)
    case recovered(owner: String)
    case relapsed(owner: String, reason: String, openFor: Duration)
    case order(Mode)
  }

  var mode = Mode.auto
  var state = ProviderFact.Circuit.closed
  /// While open: when it is to be tried; microseconds since 1970, as all instants here. nil while held open.
  var reopensAt: Int64?
  var probeOwner: String?
  var probeUntil: Int64?
  /// Why it is open.
  var reason: String?

  /// The state after an event; nil where it changes nothing, because another sender was faster or an operator decides.
  func after(_ event: Event, now: Int64) -> Circuit? {
    switch event {
    case .order(let mode): ordered(mode, now)
    case _ where mode != .auto: nil
    case .trip(let reason, let openFor): state == .closed ? opened(reason, openFor, now) : nil
    case .relapsed(let owner, let reason, let openFor): isProbed(by: owner) ? opened(reason, openFor, now) : nil
    case .recovered(let owner): isProbed(by: owner) ? Circuit() : nil
    case .probe(let owner, let lease): probed(owner, lease, now)
    }
  }

  /// Whether it is this sender that tries the provider.
  func isProbed(by owner: String) -> Bool { state == .halfOpen && probeOwner == owner }

  private func opened(_ reason: String, _ openFor: Duration, _ now: Int64) -> Circuit {
    Circuit(state: .open, reopensAt: now + openFor.wholeMicroseconds, reason: reason)
  }

  private func probed(_ owner: String, _ lease: Duration, _ now: Int64) -> Circuit? {
    let isFree =
      switch state {
      case .closed: false
      case .open: (reopensAt ?? .max) <= now
      case .halfOpen: probeOwner == owner || (probeUntil ?? 0) <= now
      }
    guard isFree else { return nil }
    return Circuit(
      state: .halfOpen, probeOwner: owner, probeUntil: now + lease.wholeMicroseconds, reason: reason)
  }

  private func ordered(_ mode: Mode, _ now: Int64) -> Circuit? {
    let wanted: Circuit =
      switch mode {
      case .open: Circuit(mode: .open, state: .open, reason: "operator")
      case .closed: Circuit(mode: .closed)
      // What was held open is tried first.
      case .auto:
        self.mode == .open
          ? Circuit(state: .open, reopensAt: now, reason: "operator") : self.mode == .closed ? Circuit() : self
      }
    return wanted == self ? nil : wanted
  }
}
