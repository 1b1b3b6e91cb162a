import Service
import Synchronization

/// The lanes of every buyer, and the places that all of them share: of the commands a sender takes at once, some are
/// always left for others.
final class BuyerLanes: Sendable {
  /// Leads under way at once, over all buyers. Fewer than `commandsAtOnce`.
  static let places = 192
  /// Commands that a sender works on at once.
  static let commandsAtOnce = 256

  private struct State {
    var lanes: [Int64: BuyerLane] = [:]
    var underWay = 0
  }

  /// A buyer is given a rest, or is back.
  struct Change: Sendable {
    let buyer: Buyer
    let isOpen: Bool
    let reason: String
  }

  /// For whoever tells the public; only the newest are kept for them.
  let changes: AsyncStream<Change>
  private let continuation: AsyncStream<Change>.Continuation
  private let state = Mutex(State())
  private let metrics: BuyerMetrics
  private let log: Log

  init(metrics: BuyerMetrics, log: Log) {
    self.metrics = metrics
    self.log = log
    (changes, continuation) = AsyncStream.makeStream(of: Change.self, bufferingPolicy: .bufferingNewest(1000))
  }

  func enter(_ buyer: Buyer, at now: ContinuousClock.Instant = .now) -> BuyerLane.Admission {
    let (admission, change) = state.withLock { state -> (BuyerLane.Admission, Change?) in
      guard state.underWay < Self.places else { return (.full, nil) }
      var generator = SystemRandomNumberGenerator()
      var lane = state.lanes[buyer.id] ?? BuyerLane(policy: buyer.settings.breaker, now: now)
      let wasOpen = lane.isOpen
      let admission = lane.enter(
        limit: buyer.settings.concurrency, policy: buyer.settings.breaker, at: now, using: &generator)
      if case .admitted = admission { state.underWay += 1 }
      state.lanes[buyer.id] = lane
      return (admission, Self.change(of: lane, wasOpen, buyer))
    }
    tell(change)
    return admission
  }

  func leave(
    _ buyer: Buyer, _ ticket: CircuitBreaker.Ticket, _ ending: CircuitBreaker.Ending,
    at now: ContinuousClock.Instant = .now
  ) {
    let change = state.withLock { state -> Change? in
      state.underWay -= 1
      guard var lane = state.lanes[buyer.id] else { return nil }
      var generator = SystemRandomNumberGenerator()
      let wasOpen = lane.isOpen
      lane.leave(ticket, ending, at: now, using: &generator)
      state.lanes[buyer.id] = lane
      return Self.change(of: lane, wasOpen, buyer)
    }
    tell(change)
  }

  /// Forgets the lanes of buyers that are gone.
  func keep(only ids: Set<Int64>) {
    state.withLock { state in state.lanes = state.lanes.filter { ids.contains($0.key) || !$0.value.isIdle } }
  }

  private static func change(of lane: BuyerLane, _ wasOpen: Bool, _ buyer: Buyer) -> Change? {
    wasOpen == lane.isOpen ? nil : Change(buyer: buyer, isOpen: lane.isOpen, reason: lane.reason)
  }

  private func tell(_ change: Change?) {
    guard let change else { return }
    continuation.yield(change)
    let name = change.buyer.name
    metrics.circuit(of: name, isOpen: change.isOpen)
    if change.isOpen {
      log.warning("a buyer is given a rest", [.field("buyer", name), .field("reason", change.reason)])
    } else {
      log.info("a buyer is back", [.field("buyer", name)])
    }
  }
}
