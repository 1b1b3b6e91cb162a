/// Decides what a group does next. A value: told what has happened, it answers what to do.
struct GroupState {
  enum Event: Sendable {
    /// The process is to end.
    case stop
    /// A component has ended, with what it threw.
    case ended(Int, (any Error)?)
    /// The time to finish is over.
    case drainTimeout
    /// The time to heed the cancellation is over too.
    case abandonTimeout
  }

  enum Action: Equatable {
    /// Ask this component to finish.
    case ask(Int)
    /// Cancel this component's task.
    case cancel(Int)
    case startDrainTimer
    case startAbandonTimer
    /// Give up waiting: end the process.
    case abandon
    /// Every component has ended.
    case finish
  }

  private enum Phase { case running, draining, cancelling }

  private let names: [String]
  private var alive: Set<Int>
  private var phase = Phase.running
  /// Why the group fails; nil while all is well. The first failure counts.
  private(set) var failure: ServiceError?

  init(names: [String]) {
    self.names = names
    alive = Set(names.indices)
  }

  /// The names of those that have not ended.
  var remaining: [String] { alive.sorted().map { names[$0] } }

  mutating func handle(_ event: Event) -> [Action] {
    switch event {
    case .stop:
      return phase == .running ? drain() : []
    case .ended(let index, let error):
      return ended(index, error)
    case .drainTimeout:
      guard phase == .draining else { return [] }
      phase = .cancelling
      fail(ServiceError(.drainTimedOut, "not finished in time: \(remaining.joined(separator: ", "))"))
      return alive.sorted(by: >).map { .cancel($0) } + [.startAbandonTimer]
    case .abandonTimeout:
      return alive.isEmpty ? [] : [.abandon]
    }
  }

  private mutating func ended(_ index: Int, _ error: (any Error)?) -> [Action] {
    let wasNext = alive.max() == index
    alive.remove(index)
    if let error {
      fail(ServiceError(.componentFailed, "\(names[index]) failed", cause: "\(error)"))
    } else if phase == .running {
      fail(ServiceError(.componentEnded, "\(names[index]) ended though nobody asked it to"))
    }
    if phase == .running { return drain() }
    if alive.isEmpty { return [.finish] }
    return phase == .draining && wasNext ? askNext() : []
  }

  private mutating func drain() -> [Action] {
    phase = .draining
    return alive.isEmpty ? [.finish] : [.startDrainTimer] + askNext()
  }

  /// The last started is the first to finish.
  private func askNext() -> [Action] {
    alive.max().map { [.ask($0)] } ?? []
  }

  private mutating func fail(_ error: ServiceError) {
    if failure == nil { failure = error }
  }
}
