import Testing

@testable import Service

@Suite struct LaunchTests {
  private struct Misfit: Error, CustomStringConvertible {
    let description = "the two do not fit"
  }

  private func decide(_ arguments: [String], _ environment: [String: String] = [:]) -> Launch<Int> {
    Launch.decide(
      name: "sender", summary: "Calls.", adminPort: 9103, arguments: arguments, environment: environment
    ) { settings in
      let count = settings.integer("MAILOUT_COUNT", in: 1...64, help: "How many.")
      if count == 13 { throw Misfit() }
      return count
    }
  }

  @Test func startsWithItsSettings() throws {
    guard case .start(5, let common) = decide([], ["MAILOUT_COUNT": "5"]) else {
      Issue.record("does not start")
      return
    }
    #expect(common.adminPort == 9103 && common.logLevel == .info && common.drainTimeout == .seconds(20))
  }

  @Test func refusesWrongSettingsAllAtOnce() {
    guard case .refuse(let text, 78) = decide([], ["MAILOUT_COUNT": "0", "MAILOUT_LOG_LEVEL": "loud"]) else {
      Issue.record("does not refuse")
      return
    }
    #expect(
      text == """
        mailout-sender: settings are wrong:
          MAILOUT_LOG_LEVEL is "loud"; accepted is one of debug, info, warning, error
          MAILOUT_COUNT is "0"; accepted is an integer from 1 to 64

        """)
  }

  @Test func refusesWhatDoesNotFitTogether() {
    guard case .refuse(let text, 78) = decide([], ["MAILOUT_COUNT": "13"]) else {
      Issue.record("does not refuse")
      return
    }
    #expect(text.contains("the two do not fit"))
  }

  @Test func showsHelpAndVersionWithoutSettings() {
    guard case .show(let help) = decide(["--help"]), case .show(let version) = decide(["--version"]) else {
      Issue.record("does not show")
      return
    }
    #expect(help.contains("MAILOUT_COUNT") && help.contains("MAILOUT_ADMIN_PORT") && help.contains("default 9103"))
    #expect(version == "mailout-sender \(BuildInfo.version)\n")
  }

  @Test func refusesUnknownArguments() {
    guard case .refuse(_, 64) = decide(["--frobnicate"], ["MAILOUT_COUNT": "5"]) else {
      Issue.record("does not refuse")
      return
    }
  }

  @Test func instancesAreToldApart() {
    #expect(InstanceID.make() != InstanceID.make())
    #expect(InstanceID.make().split(separator: "-").last?.count == 8)
  }
}
