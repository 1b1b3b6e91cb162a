import Synchronization

/// Deliveries on their way to the consumer's iterators; the prefetch bounds it.
final class DeliveryQueue: Sendable {
  private struct State {
    var waiting: [AMQPDelivery] = []
    var head = 0
    var takers: [UInt64: CheckedContinuation<AMQPDelivery?, Never>] = [:]
    var order: [UInt64] = []
    var lastTaker: UInt64 = 0
    var finished = false

    mutating func pop() -> AMQPDelivery? {
      guard head < waiting.count else { return nil }
      defer {
        head += 1
        if head == waiting.count { clear() }
      }
      return waiting[head]
    }

    mutating func clear() {
      waiting.removeAll(keepingCapacity: true)
      head = 0
    }

    mutating func popTaker() -> CheckedContinuation<AMQPDelivery?, Never>? {
      while !order.isEmpty {
        if let taker = takers.removeValue(forKey: order.removeFirst()) { return taker }
      }
      return nil
    }
  }

  private let state = Mutex(State())

  func push(_ delivery: AMQPDelivery) {
    let taker = state.withLock { state -> CheckedContinuation<AMQPDelivery?, Never>? in
      if state.finished { return nil }
      if let taker = state.popTaker() { return taker }
      state.waiting.append(delivery)
      return nil
    }
    taker?.resume(returning: delivery)
  }

  /// Drops what nobody has taken: its channel is gone, and the broker delivers it again.
  func removeAll() {
    state.withLock { $0.clear() }
  }

  /// Ends every iterator, now and later.
  func finish() { end(keepingWaiting: false) }

  /// Takes no more, and ends every iterator once what waits has been taken.
  func end() { end(keepingWaiting: true) }

  private func end(keepingWaiting: Bool) {
    let takers = state.withLock { state in
      state.finished = true
      if !keepingWaiting { state.clear() }
      defer { state.takers = [:] }
      return Array(state.takers.values)
    }
    for taker in takers { taker.resume(returning: nil) }
  }

  /// The next delivery; nil after `finish()` or when the task is cancelled.
  func next(isolation: isolated (any Actor)? = #isolation) async -> AMQPDelivery? {
    let (ready, number) = state.withLock { state in
      state.lastTaker += 1
      return (state.pop(), state.lastTaker)
    }
    if let ready { return ready }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let ready = state.withLock { state -> AMQPDelivery?? in
          if Task.isCancelled { return .some(nil) }
          if let delivery = state.pop() { return delivery }
          if state.finished { return .some(nil) }
          state.takers[number] = continuation
          state.order.append(number)
          return nil
        }
        if let ready { continuation.resume(returning: ready) }
      }
    } onCancel: {
      state.withLock { $0.takers.removeValue(forKey: number) }?.resume(returning: nil)
    }
  }
}
