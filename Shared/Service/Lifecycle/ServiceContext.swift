import Synchronization

/// What every process has at hand.
public final class ServiceContext: Sendable {
  /// The service's name: "sender".
  public let name: String
  /// This copy's name: `host-pid-random`.
  public let instance: String
  public let log: Log
  public let metrics: Metrics
  /// Checks that decide whether this copy is ready; add to it before `run`.
  public let readiness: Readiness
  /// Triggered when the process is to end.
  public let stop: ShutdownSignal
  /// How long finishing may take.
  public let drainTimeout: Duration
  private let isRunning = Atomic<Bool>(false)

  /// A process gets its context from `ServiceMain`; tests of a service's assembly make one.
  public init(
    name: String, instance: String = InstanceID.make(), log: Log, metrics: Metrics = Metrics(),
    stop: ShutdownSignal = ShutdownSignal(), drainTimeout: Duration = .seconds(20)
  ) {
    self.name = name
    self.instance = instance
    self.log = log
    self.metrics = metrics
    self.stop = stop
    self.drainTimeout = drainTimeout
    readiness = Readiness(stop: stop)
  }

  /// Runs the components until the process is to end; see `ServiceGroup`. Marks this copy as started.
  /// - Parameter executor: what the components' tasks prefer; nil for the global one.
  public func run(_ components: [any Component], on executor: (any TaskExecutor)? = nil) async throws(ServiceError) {
    isRunning.store(true, ordering: .relaxed)
    readiness.markStarted()
    log.info("started", [.field("version", BuildInfo.version)])
    try await ServiceGroup(components, stop: stop, log: log, executor: executor, drainTimeout: drainTimeout).run()
  }

  /// Whether the components are running, and so end in order by themselves.
  var hasComponents: Bool { isRunning.load(ordering: .relaxed) }
}
