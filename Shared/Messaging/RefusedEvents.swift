/// Public events that the queue of a stranger does not take, and how long they wait for it. A value with no clock of its
/// own.
///
/// A broker refuses an event when one of the queues bound to it does: every other has it. In an election that is over in
/// seconds; a queue that is full, and told to reject what comes, is its owner's affair: who makes no room within the
/// patience misses what comes meanwhile, and nobody else waits any longer.
///
/// A queue without a majority confirms nothing, and the broker says nothing of the event: every other queue has it, and this
/// one gets it from the broker when it is back. It is tried again seldom: each time all others get it once more, and a
/// broker reads nothing from a connection on which some four hundred are unconfirmed. A new connection would be no better:
/// there it waits a minute for that queue at each event.
struct RefusedEvents: Sendable {
  /// Why an event is given up.
  enum Reason: String, Sendable { case refused, unconfirmed }

  /// How long events of one type are tried again.
  static let patience: Duration = .seconds(30)
  /// Before one is tried again.
  static let rest: Duration = .seconds(1)
  /// How long one is tried again that nobody confirms: long after a connection that is dead is known to be so.
  static let silence: Duration = .seconds(600)
  /// Before one that nobody confirmed is tried again: from this on twice as long each time.
  static let firstRest: Duration = .seconds(60)
  static let longestRest: Duration = .seconds(240)

  private struct Trial {
    let first: ContinuousClock.Instant
    var restsUntil: ContinuousClock.Instant
    var nextRest = RefusedEvents.firstRest

    init(first: ContinuousClock.Instant) {
      self.first = first
      restsUntil = first
    }
  }

  private let patience: Duration
  /// Since when events of a type have been refused, without one that was taken.
  private var since: [String: ContinuousClock.Instant] = [:]
  /// Rows that have been tried in vain.
  private var trials: [Int64: Trial] = [:]

  init(patience: Duration = RefusedEvents.patience) { self.patience = patience }

  /// Whether the last of every type was taken, as far as is known.
  var isEmpty: Bool { trials.isEmpty && since.isEmpty }

  /// The rows to pass over.
  mutating func passedOver(at now: ContinuousClock.Instant) -> [Int64] {
    // What has not been tried again by now, another replica has published.
    if !trials.isEmpty { trials = trials.filter { now - $0.value.first < Self.silence * 2 } }
    return trials.filter { $0.value.restsUntil > now }.map(\.key)
  }

  mutating func taken(_ id: Int64, _ type: String) {
    since[type] = nil
    trials[id] = nil
  }

  /// - Returns: whether it is to be given up; else it rests.
  mutating func refused(_ id: Int64, _ type: String, at now: ContinuousClock.Instant) -> Bool {
    let first = since[type] ?? now
    since[type] = first
    guard now - first < patience else {
      trials[id] = nil
      return true
    }
    trials[id, default: Trial(first: now)].restsUntil = now + Self.rest
    return false
  }

  /// Nobody knows whether it was taken.
  /// - Returns: whether it is to be given up; else it rests.
  mutating func unconfirmed(_ id: Int64, at now: ContinuousClock.Instant) -> Bool {
    var trial = trials[id] ?? Trial(first: now)
    guard now - trial.first < Self.silence else {
      trials[id] = nil
      return true
    }
    trial.restsUntil = now + trial.nextRest
    trial.nextRest = min(trial.nextRest * 2, Self.longestRest)
    trials[id] = trial
    return false
  }
}
