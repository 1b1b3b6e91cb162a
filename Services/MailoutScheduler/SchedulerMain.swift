import EventLoop
import Messaging
import Service

@main
struct SchedulerMain {
  static let database = Database(
    schema: "mailout",
    // In the order in which they came to be, which existing databases remember: new ones go to the end.
    migrations: [
      ("0001_start", PackageResources._001_start_sql), ("0002_facts", PackageResources._002_facts_sql),
      ("0003_control", PackageResources._003_control_sql), ("0004_engine", PackageResources._004_engine_sql),
      ("0013_audit", PackageResources._013_audit_sql),
      ("0011_pace", PackageResources._011_pace_sql), ("0011b_resent", PackageResources._011b_resent_sql),
      ("0011c_provider", PackageResources._011c_provider_sql),
      ("0010_compression", PackageResources._010_compression_sql),
      ("0013b_singles", PackageResources._013b_singles_sql),
      ("0014_erasure", PackageResources._014_erasure_sql), ("0015_former_end", PackageResources._015_former_end_sql),
      ("0016_pace_batches", PackageResources._016_pace_batches_sql),
    ])

  static func main() async {
    if CommandLine.arguments.dropFirst().first == "migrate" {
      await database.migrate()
    }
    await ServiceMain.run(
      name: "mailout-scheduler", summary: "Starts mailouts on time and issues their messages.", adminPort: 9102,
      configure: SchedulerSettings.init
    ) { settings, context in
      let loop = EventLoop(name: "scheduler")
      try await context.run(try await Scheduler.components(settings, context, loop: loop), on: loop)
    }
  }
}
