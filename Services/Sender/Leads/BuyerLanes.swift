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

  private let state = Mutex(State())
  private let metrics: BuyerMetrics
  private let log: Log

  init(metrics: BuyerMetrics, log: Log) {
    self.metrics = metrics
    self.log = log
  }

  func enter(_ buyer: Buyer, at now: ContinuousClock.Instant = .now) -> BuyerLane.Admission {
    let (admission, news) = state.withLock { state -> (BuyerLane.Admission, Bool?) in
      guard state.underWay < Self.places else { return (.full, nil) }
      var generator = SystemRandomNumberGenerator()
      var lane = state.lanes[buyer.id] ?? BuyerLane(policy: buyer.settings.breaker, now: now)
      let wasOpen = lane.isOpen
      let admission = lane.enter(
        limit: buyer.settings.concurrency, policy: buyer.settings.breaker, at: now, using: &generator)
      if case .admitted = admission { state.underWay += 1 }
      state.lanes[buyer.id] = lane
      return (admission, wasOpen == lane.isOpen ? nil : lane.isOpen)
    }
    tell(news, buyer)
    return admission
  }

  func leave(
    _ buyer: Buyer, _ ticket: CircuitBreaker.Ticket, _ ending: CircuitBreaker.Ending,
    at now: ContinuousClock.Instant = .now
  ) {
    let news = state.withLock { state -> Bool? in
      state.underWay -= 1
      guard var lane = state.lanes[buyer.id] else { return nil }
      var generator = SystemRandomNumberGenerator()
      let wasOpen = lane.isOpen
      lane.leave(ticket, ending, at: now, using: &generator)
      state.lanes[buyer.id] = lane
      return wasOpen == lane.isOpen ? nil : lane.isOpen
    }
    tell(news, buyer)
  }

  /// Forgets the lanes of buyers that are gone.
  func keep(only ids: Set<Int64>) {
    state.withLock { state in state.lanes = state.lanes.filter { ids.contains($0.key) || !$0.value.isIdle } }
  }

  private func tell(_ isOpen: Bool?, _ buyer: Buyer) {
    guard let isOpen else { return }
    metrics.circuit(of: buyer.name, isOpen: isOpen)
    if isOpen {
      log.warning("a buyer is given a rest", [.field("buyer", buyer.name)])
    } else {
      log.info("a buyer is back", [.field("buyer", buyer.name)])
    }
  }
}
