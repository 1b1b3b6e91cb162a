import FoundationEssentials
import Service

@main
struct CustomerMain {
  static func main() async {
    let arguments = Array(ProcessInfo.processInfo.arguments.dropFirst())
    if let command = CustomerCommand.named(arguments.first) {
      await command.runAndExit(Array(arguments.dropFirst()))
    }
    await ServiceMain.run(
      name: "customer", summary: "Keeps customers, serves audiences, and says who may. " + CustomerCommand.help,
      adminPort: 9101, configure: { settings in CustomerSettings(&settings) },
      body: { settings, context in try await CustomerService(settings, context).run() })
  }
}
