import EventLoop
import Messaging
import Service

@main
struct StatsMain {
  static let database = Database(
    schema: "stats",
    // In the order in which they came to be, which existing databases remember: new ones go to the end.
    migrations: [
      ("0001_start", PackageResources._001_start_sql), ("0002_engine", PackageResources._002_engine_sql),
      ("0013_audit", PackageResources._013_audit_sql),
      ("0011_ends", PackageResources._011_ends_sql),
      ("0013b_messages", PackageResources._013b_messages_sql),
      ("0014_erasure", PackageResources._014_erasure_sql),
      ("0015_orders", PackageResources._015_orders_sql),
      ("0016_imported", PackageResources._016_imported_sql),
    ])

  static func main() async {
    if CommandLine.arguments.dropFirst().first == "migrate" {
      await database.migrate()
    }
    await ServiceMain.run(
      name: "stats", summary: "Answers what happened to every message.", adminPort: 9104,
      configure: StatsSettings.init
    ) { settings, context in
      let loop = EventLoop(name: "stats")
      try await context.run(try await StatsService.components(settings, context, loop: loop), on: loop)
    }
  }
}
