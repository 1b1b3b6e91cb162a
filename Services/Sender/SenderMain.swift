import Messaging
import Service

@main
struct SenderMain {
  static let database = Database(
    schema: "sender",
    // In the order in which they came to be, which existing databases remember: new ones go to the end.
    migrations: [
      ("0001_start", PackageResources._001_start_sql), ("0002_engine", PackageResources._002_engine_sql),
      ("0013_audit", PackageResources._013_audit_sql),
      ("0011_retired", PackageResources._011_retired_sql),
      ("0012_leads", PackageResources._012_leads_sql),
    ])

  static func main() async {
    if CommandLine.arguments.dropFirst().first == "migrate" {
      await database.migrate()
    }
    await ServiceMain.run(
      name: "sender", summary: "Calls the send APIs.", adminPort: 9103, configure: SenderSettings.init
    ) { settings, context in
      try await context.run(try await SenderService.components(settings, context))
    }
  }
}
