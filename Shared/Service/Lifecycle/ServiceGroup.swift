internal import Glibc

/// Runs the components of a process together, and ends them in order.
///
/// When the process is to stop, or when a component fails, each component is asked to finish, the last one first, and
/// the next only when it has. So list what others need first: publisher before consumer before server. All of them
/// together have `drainTimeout`; whoever is left then is cancelled.
public struct ServiceGroup: Sendable {
  private let runners: [ComponentRunner]
  private let executor: (any TaskExecutor)?
  private let log: Log
  private let drainTimeout: Duration
  private let patience: Duration
  private let stop: ShutdownSignal
  private let abandon: @Sendable () -> Void

  /// - Parameters:
  ///   - stop: triggered by SIGTERM in a process, by hand in a test.
  ///   - executor: what the components' tasks prefer; nil for the global one.
  ///   - drainTimeout: how long finishing may take.
  public init(
    _ components: [any Component], stop: ShutdownSignal, log: Log, executor: (any TaskExecutor)? = nil,
    drainTimeout: Duration = .seconds(20)
  ) {
    self.init(components, stop: stop, log: log, executor: executor, drainTimeout: drainTimeout, patience: .seconds(5)) {
      _exit(1)
    }
  }

  /// - Parameters:
  ///   - patience: how long a cancelled component may go on before the process ends without it.
  ///   - abandon: ends the process.
  init(
    _ components: [any Component], stop: ShutdownSignal, log: Log, executor: (any TaskExecutor)? = nil,
    drainTimeout: Duration, patience: Duration, abandon: @escaping @Sendable () -> Void
  ) {
    runners = components.map(ComponentRunner.init)
    self.executor = executor
    self.log = log
    self.drainTimeout = drainTimeout
    self.patience = patience
    self.stop = stop
    self.abandon = abandon
  }

  /// Returns when every component has ended because it was asked to.
  /// - Throws: the first failure, once every component has ended.
  public func run() async throws(ServiceError) {
    let (events, feed) = AsyncStream<GroupState.Event>.makeStream()
    let failure = await withTaskGroup(of: Void.self) { group in
      for (index, runner) in runners.enumerated() {
        group.addTask(executorPreference: executor) { feed.yield(.ended(index, await runner.run())) }
      }
      group.addTask {
        await stop.wait()
        feed.yield(.stop)
      }
      defer { group.cancelAll() }
      var state = GroupState(names: runners.map(\.component.name))
      for await event in events {
        // A cancelled caller cancels the components; that they end is then no surprise.
        if Task.isCancelled { perform(state.handle(.stop), &group, feed) }
        tell(event, state)
        let actions = state.handle(event)
        if actions.contains(.abandon) { giveUp(state) }
        perform(actions, &group, feed)
        if actions.contains(.finish) { break }
      }
      return state.failure
    }
    if let failure { throw failure }
  }

  private func perform(
    _ actions: [GroupState.Action], _ group: inout TaskGroup<Void>,
    _ feed: AsyncStream<GroupState.Event>.Continuation
  ) {
    for action in actions {
      switch action {
      case .ask(let index): runners[index].ask()
      case .cancel(let index): runners[index].cancel()
      case .startDrainTimer: Self.start(&group, drainTimeout) { feed.yield(.drainTimeout) }
      case .startAbandonTimer: Self.start(&group, patience) { feed.yield(.abandonTimeout) }
      case .abandon, .finish: break
      }
    }
  }

  private static func start(
    _ group: inout TaskGroup<Void>, _ duration: Duration, _ body: @escaping @Sendable () -> Void
  ) {
    group.addTask {
      if (try? await Task.sleep(for: duration)) != nil { body() }
    }
  }

  private func giveUp(_ state: GroupState) {
    log.error("components do not end, the process ends without them", [Self.components(state)])
    abandon()
  }

  private static func components(_ state: GroupState) -> LogField {
    .field("components", state.remaining.joined(separator: ", "))
  }

  private func tell(_ event: GroupState.Event, _ state: GroupState) {
    switch event {
    case .stop: log.info("stopping")
    case .ended(let index, nil): log.info("component ended", [.field("component", name(index))])
    case .ended(let index, let error?):
      log.error("component failed", [.field("component", name(index)), .error(error)])
    case .drainTimeout: log.error("components are cancelled, not having finished in time", [Self.components(state)])
    case .abandonTimeout: break
    }
  }

  private func name(_ index: Int) -> String { runners[index].component.name }
}
