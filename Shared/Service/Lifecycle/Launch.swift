/// What a process does when it starts: tell something and end, or go on.
enum Launch<Configuration: Sendable>: Sendable {
  /// Print this to standard output, exit with 0.
  case show(String)
  /// Print this to standard error, exit with the code.
  case refuse(String, code: Int32)
  case start(Configuration, CommonSettings)

  /// Of sysexits.h.
  static var usageCode: Int32 { 64 }
  static var configurationCode: Int32 { 78 }

  /// Decides by the arguments and the environment, and touches nothing else.
  static func decide(
    name: String, summary: String, adminPort: Int, arguments: [String], environment: [String: String],
    configure: (inout Settings) throws -> Configuration
  ) -> Launch {
    switch arguments.first {
    case "--version"?:
      return .show("mailout-\(name) \(BuildInfo.version)\n")
    case "--help"?, "-h"?:
      var settings = Settings([:])
      _ = CommonSettings(&settings, adminPort: adminPort)
      _ = try? configure(&settings)
      return .show(SettingsHelp.text(name: name, summary: summary, settings.declarations))
    case let unknown?:
      return .refuse("mailout-\(name): unknown argument \(unknown); try --help\n", code: usageCode)
    case nil:
      break
    }
    var settings = Settings(environment)
    let common = CommonSettings(&settings, adminPort: adminPort)
    let configuration = Result { try configure(&settings) }
    do {
      // First what single settings say, as that explains what failed in combining them.
      try settings.finish()
      return .start(try configuration.get(), common)
    } catch {
      let lines = "\(error)".split(separator: "\n").map { "  \($0)\n" }.joined()
      return .refuse("mailout-\(name): settings are wrong:\n\(lines)", code: configurationCode)
    }
  }
}
