@main
struct Main {
  static func main() async throws {
    let arguments = try Arguments(CommandLine.arguments.dropFirst())
    switch arguments.command {
    case "limit":
      var command = try LimitCommand(arguments)
      try await command.run()
    default: throw UsageError("unknown command \(arguments.command); known: limit")
    }
  }
}
