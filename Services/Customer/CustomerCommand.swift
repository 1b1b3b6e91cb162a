import FoundationEssentials
internal import Glibc
import Messaging
import Postgres
import Service

/// What the executable does besides serving: `Customer <command> …`.
enum CustomerCommand: String, CaseIterable, Sendable {
  case migrate
  case createOperator = "create-operator"
  case generateTokenKey = "generate-token-key"
  case rotateTokenKey = "rotate-token-key"
  case seedApplications = "seed-applications"
  case loadSamples = "load-sample-contacts"
  case createIntegration = "create-integration"
  case removeIntegration = "remove-integration"

  static let help = """
    Commands: migrate; create-operator --username NAME --role viewer|operator|admin [--if-missing] \
    (the password in MAILOUT_OPERATOR_PASSWORD); generate-token-key FILE; \
    rotate-token-key FILE [--now] [--forget-others]; seed-applications; load-sample-contacts; \
    create-integration --name NAME --scopes "SCOPE …" (prints what the broker must be told); \
    remove-integration --name NAME.
    """

  static func named(_ name: String?) -> CustomerCommand? { name.flatMap(CustomerCommand.init(rawValue:)) }

  /// Runs the command and ends the process: 0, or 64 for wrong arguments, 78 for wrong settings, 1 for the rest.
  func runAndExit(_ arguments: [String]) async -> Never {
    let environment = ProcessInfo.processInfo.environment
    do {
      switch self {
      case .migrate:
        guard arguments.isEmpty else { throw CustomerError(.usage, "takes no arguments") }
        await CustomerDatabase.database.migrate()
      case .createOperator:
        Self.say(try await Self.createOperator(arguments, environment))
      case .generateTokenKey:
        guard arguments.count == 1 else { throw CustomerError(.usage, "takes one argument, the file to write") }
        try TokenKeys.generate(file: arguments[0])
        Self.say("customer: wrote a new signing key to \(arguments[0])")
      case .rotateTokenKey:
        Self.say(try RotationOrder(arguments).carryOut())
      case .seedApplications:
        guard arguments.isEmpty else { throw CustomerError(.usage, "takes no arguments") }
        Self.say(try await Self.seedApplications(environment))
      case .loadSamples:
        guard arguments.isEmpty else { throw CustomerError(.usage, "takes no arguments") }
        Self.say(try await Self.loadSamples(environment))
      case .createIntegration:
        let order = try IntegrationOrder(arguments, needsScopes: true)
        Self.say(try await Self.integrations(environment) { try await order.create(in: $0) })
      case .removeIntegration:
        let order = try IntegrationOrder(arguments, needsScopes: false)
        Self.say(try await Self.integrations(environment) { try await order.remove(from: $0) })
      }
      exit(0)
    } catch {
      let code: Int32 = error is SettingsError ? 78 : (error as? CustomerError)?.code == .usage ? 64 : 1
      DescriptorSink(descriptor: STDERR_FILENO).write(Array("customer \(rawValue): \(error)\n".utf8))
      exit(code)
    }
  }

  private static func createOperator(_ arguments: [String], _ environment: [String: String]) async throws -> String {
    var settings = Settings(environment)
    let url = Database.url(from: &settings)
    let order = try OperatorOrder(arguments, &settings)
    return try await Self.onPool(url) { try await order.carryOut(on: OperatorStore(pool: $0)) }
  }

  private static func seedApplications(_ environment: [String: String]) async throws -> String {
    var settings = Settings(environment)
    let url = Database.url(from: &settings)
    try settings.finish()
    let made = try await onPool(url) { try await ApplicationStore().seed(ApplicationDraft.predefined, on: $0) }
    return "customer: \(made) of \(ApplicationDraft.predefined.count) applications made, the others were there"
  }

  private static func onPool<Result>(
    _ url: Secret, _ body: (PostgresPool) async throws -> Result
  ) async throws -> Result {
    let pool = PostgresPool(
      configuration: PostgresConfiguration(url: url.value, applicationName: "mailout-command", maxConnections: 1))
    let result = try await body(pool)
    await pool.close()
    return result
  }

  private static func loadSamples(_ environment: [String: String]) async throws -> String {
    var settings = Settings(environment)
    let url = Database.url(from: &settings)
    try settings.finish()
    let result = try await onPool(url) { try await ContactSamples(pool: $0).load() }
    return "customer: loaded the samples: \(result)"
  }

  private static func integrations(
    _ environment: [String: String], _ body: (IntegrationStore) async throws -> String
  ) async throws -> String {
    var settings = Settings(environment)
    let url = Database.url(from: &settings)
    try settings.finish()
    return try await onPool(url) { try await body(IntegrationStore(pool: $0)) }
  }

  private static func say(_ text: String) {
    DescriptorSink.standardOutput.write(Array("\(text)\n".utf8))
  }
}
