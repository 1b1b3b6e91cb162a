/// A process from its settings on: probes and metrics beside the service's own body, until that ends.
struct ServiceProcess: Sendable {
  let context: ServiceContext
  let admin: AdminServer

  init(name: String, settings: CommonSettings, stop: ShutdownSignal, sink: any LogSink) {
    let instance = InstanceID.make()
    let metrics = Metrics()
    ProcessMetrics.declare(in: metrics)
    metrics.gauges("mailout_build_info", "Which build runs; always 1.", labels: ["service", "version"])
      .with(name, BuildInfo.version).set(1)
    let log = Log(service: name, instance: instance, level: settings.logLevel, sink: sink)
    context = ServiceContext(
      name: name, instance: instance, log: log, metrics: metrics, stop: stop, drainTimeout: settings.drainTimeout)
    admin = AdminServer(
      host: settings.adminHost, port: settings.adminPort, metrics: metrics, readiness: context.readiness)
  }

  /// Runs the body, and answers the exit code. The probes answer before the body is up and until it has ended.
  func run(_ body: @escaping @Sendable (ServiceContext) async throws -> Void) async -> Int32 {
    do {
      try admin.start()
    } catch {
      context.log.error("probes and metrics cannot be served", [.error(error)])
      return 1
    }
    return await withTaskGroup(of: Step.self) { group in
      group.addTask { .adminEnded(await failure { try await admin.run() }) }
      group.addTask { .bodyEnded(await failure { try await body(context) }) }
      group.addTask {
        await context.stop.wait()
        return .stop
      }
      var code: Int32 = 0
      for await step in group {
        switch step {
        case .stop:
          // Before the components run there is nothing to drain: whatever the start waits for is cancelled.
          if !context.hasComponents { group.cancelAll() }
        case .adminEnded(let error):
          guard let error else { continue }
          context.log.error("probes and metrics are no longer served", [.error(error)])
          code = 1
          context.stop.trigger()
        case .bodyEnded(let error):
          if let error {
            context.log.error("failed", [.error(error)])
            code = 1
          } else {
            context.log.info("stopped")
          }
          group.cancelAll()
        }
      }
      return code
    }
  }

  private enum Step: Sendable {
    case adminEnded((any Error)?)
    case bodyEnded((any Error)?)
    case stop
  }

  /// What the operation throws; nothing where that is because it was cancelled.
  private func failure(_ operation: () async throws -> Void) async -> (any Error)? {
    do {
      try await operation()
      return nil
    } catch {
      return Task.isCancelled ? nil : error
    }
  }
}
