import FoundationEssentials
internal import Glibc

/// The main function of every service.
///
///     @main struct SenderMain {
///       static func main() async {
///         await ServiceMain.run(
///           name: "sender", summary: "Calls the send APIs.", adminPort: 9103, configure: SenderSettings.init
///         ) { settings, context in
///           let publisher = AMQPPublisher(…)
///           context.readiness.add("broker", problem: "not connected") { publisher.isConnected }
///           try await context.run([RunComponent("amqp publisher") { await publisher.run() }, …])
///         }
///       }
///     }
public enum ServiceMain {
  /// Reads the settings, serves probes and metrics, runs the body, and ends the process.
  ///
  /// Exit codes: 0 after SIGTERM or SIGINT; 1 when a component failed or could not finish in time; 64 for a wrong
  /// argument; 78 for wrong settings, all of which are told on standard error. A second signal ends at once with
  /// 128 and its number.
  ///
  /// - Parameters:
  ///   - adminPort: default of MAILOUT_ADMIN_PORT; the services of one machine differ in it.
  ///   - configure: reads the service's settings, and does nothing else: `--help` calls it too.
  ///   - body: prepares what the service needs, then calls `context.run`. While it prepares, a signal cancels it.
  public static func run<Configuration: Sendable>(
    name: String, summary: String, adminPort: Int,
    configure: @Sendable (inout Settings) throws -> Configuration,
    body: @escaping @Sendable (Configuration, ServiceContext) async throws -> Void
  ) async -> Never {
    // A peer that goes away is an error of that write, not the end of the process.
    signal(SIGPIPE, SIG_IGN)
    let launch = Launch.decide(
      name: name, summary: summary, adminPort: adminPort,
      arguments: Array(ProcessInfo.processInfo.arguments.dropFirst()),
      environment: ProcessInfo.processInfo.environment, configure: configure)
    switch launch {
    case .show(let text):
      DescriptorSink.standardOutput.write(Array(text.utf8))
      exit(0)
    case .refuse(let text, let code):
      DescriptorSink(descriptor: STDERR_FILENO).write(Array(text.utf8))
      exit(code)
    case .start(let configuration, let settings):
      let stop = ShutdownSignal()
      let signals = ProcessSignals()
      await signals.listen(for: [SIGTERM, SIGINT]) {
        stop.trigger()
      } again: { number in
        _exit(128 + number)
      }
      let process = ServiceProcess(name: name, settings: settings, stop: stop, sink: DescriptorSink.standardOutput)
      exit(await process.run { try await body(configuration, $0) })
    }
  }
}
