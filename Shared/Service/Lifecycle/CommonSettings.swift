/// The settings every process has.
struct CommonSettings: Sendable {
  let logLevel: LogLevel
  let adminHost: String
  let adminPort: Int
  let drainTimeout: Duration

  init(_ settings: inout Settings, adminPort standard: Int) {
    logLevel = settings.choice("MAILOUT_LOG_LEVEL", default: LogLevel.info, help: "The least level that is logged.")
    adminHost = settings.string(
      "MAILOUT_ADMIN_HOST", default: "0.0.0.0", help: "The address where probes and metrics answer.")
    adminPort = settings.port(
      "MAILOUT_ADMIN_PORT", default: standard, help: "The port where probes and metrics answer.")
    drainTimeout = settings.duration(
      "MAILOUT_DRAIN_TIMEOUT", default: .seconds(20), in: .seconds(1)...(.seconds(300)),
      help: "How long work in flight may take after SIGTERM.")
  }
}
