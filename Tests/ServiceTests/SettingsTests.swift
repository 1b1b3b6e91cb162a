import FoundationEssentials
import Testing

@testable import Service

@Suite struct SettingsTests {
  @Test func readsEveryKind() throws {
    var settings = Settings([
      "NAME": "Ада", "COUNT": "64", "RATIO": "0.5", "PORT": "0", "FLAG": "Yes", "TIME": "500ms", "LEVEL": "warning",
      "URL": "https://example.com/v1", "BROKER": "amqp://u:p@a:5672,b:5672/main", "KEY": "0123456789abcdef",
    ])
    #expect(settings.string("NAME", help: "") == "Ада")
    #expect(settings.integer("COUNT", in: 1...64, help: "") == 64)
    #expect(settings.number("RATIO", in: 0...1, help: "") == 0.5)
    #expect(settings.port("PORT", help: "") == 0)
    #expect(settings.bool("FLAG", help: "") == true)
    #expect(settings.duration("TIME", help: "") == .milliseconds(500))
    #expect(settings.choice("LEVEL", default: LogLevel.info, help: "") == .warning)
    #expect(settings.url("URL", schemes: ["http", "https"], help: "") == "https://example.com/v1")
    #expect(settings.secretURL("BROKER", schemes: ["amqp"], help: "").value == "amqp://u:p@a:5672,b:5672/main")
    #expect(settings.secret("KEY", minimumBytes: 16, help: "").value == "0123456789abcdef")
    try settings.finish()
  }

  @Test func defaultsStandInForWhatIsUnsetOrEmpty() throws {
    var settings = Settings(["NAME": "", "KEY": "", "KEY_FILE": ""])
    #expect(settings.string("NAME", default: "x", help: "") == "x")
    #expect(settings.integer("COUNT", default: 8, in: 1...64, help: "") == 8)
    #expect(settings.duration("TIME", default: .seconds(20), help: "") == .seconds(20))
    #expect(settings.optionalString("OTHER", help: "") == nil)
    #expect(settings.optionalSecret("KEY", help: "") == nil)
    try settings.finish()
  }

  @Test func tellsAllMistakesAtOnce() throws {
    var settings = Settings([
      "COUNT": "65", "PORT": "http", "FLAG": "maybe", "TIME": "30", "LEVEL": "loud", "URL": "ftp://u:hunter2@host",
      "KEY": "hunter2",
    ])
    _ = settings.string("NAME", help: "")
    _ = settings.integer("COUNT", default: 8, in: 1...64, help: "")
    _ = settings.port("PORT", default: 8080, help: "")
    _ = settings.bool("FLAG", default: true, help: "")
    _ = settings.duration("TIME", default: .seconds(1), in: .seconds(1)...(.seconds(300)), help: "")
    _ = settings.choice("LEVEL", default: LogLevel.info, help: "")
    _ = settings.url("URL", schemes: ["http", "https"], help: "")
    _ = settings.secret("KEY", minimumBytes: 16, help: "")
    _ = settings.secret("OTHER_KEY", help: "")
    settings.reject("PORT", "is the admin port too", accepted: "another port")
    let error = #expect(throws: SettingsError.self) { try settings.finish() }
    #expect(
      error?.description == """
        NAME is not set; accepted is a text
        COUNT is "65"; accepted is an integer from 1 to 64
        PORT is "http"; accepted is an integer from 0 to 65535
        FLAG is "maybe"; accepted is true or false
        TIME is "30"; accepted is a duration like 500ms, 30s, 5m or 1h from 1s to 5m
        LEVEL is "loud"; accepted is one of debug, info, warning, error
        URL is not acceptable; accepted is a URL like http://host or https://host
        KEY is not acceptable; accepted is a secret of at least 16 bytes
        OTHER_KEY is not set; accepted is a secret
        PORT is the admin port too; accepted is another port
        """)
    #expect(error?.mistakes.map(\.code).prefix(2) == [.missing, .unacceptable])
    var dumped = ""
    dump(error, to: &dumped)
    #expect(!dumped.contains("hunter2"))
  }

  @Test func secretsComeFromFiles() throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "settings-\(UUID())")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    func file(_ name: String, _ text: String) throws -> String {
      let url = directory.appending(path: name)
      try Data(text.utf8).write(to: url)
      return url.path
    }
    var good = Settings(["A_FILE": try file("a", "one\ntwo\n"), "B_FILE": try file("b", "three\r\n")])
    #expect(good.secret("A", help: "").value == "one\ntwo")
    #expect(good.secret("B", help: "").value == "three")
    try good.finish()

    let missing = directory.path + "/none"
    var bad = Settings(["A": "x", "A_FILE": try file("c", "y"), "B_FILE": try file("d", "\n"), "C_FILE": missing])
    for name in ["A", "B", "C"] { _ = bad.secret(name, help: "") }
    let error = #expect(throws: SettingsError.self) { try bad.finish() }
    #expect(error?.mistakes.map(\.code) == [.conflicting, .unreadable, .unreadable])
    #expect(error?.description.contains("No such file or directory") == true)
  }

  @Test func plainSettingsDoNotReadFiles() {
    var settings = Settings(["NAME_FILE": "/etc/hostname"])
    _ = settings.string("NAME", help: "")
    #expect(throws: SettingsError.self) { try settings.finish() }
  }

  @Test func secretsDoNotShow() {
    let secret = Secret("hunter2")
    var dumped = ""
    dump(["key": secret], to: &dumped)
    #expect("\(secret) \(String(reflecting: secret)) \(String(describing: [secret]))" == "*** *** [***]")
    #expect(!dumped.contains("hunter2"))
  }

  @Test(arguments: [
    ("0s", Duration.zero), ("1ms", .milliseconds(1)), ("90s", .seconds(90)), ("5m", .seconds(300)),
    ("1h", .seconds(3600)),
  ])
  func durationsComeBack(text: String, duration: Duration) {
    #expect(DurationText.parse(text) == duration)
    #expect(DurationText.format(duration) == text)
  }

  @Test(arguments: ["", "s", "5", "5 s", "-5s", "1.5s", "5S", "5d", "9223372036854775807h", "٥s"])
  func otherTextsAreNoDurations(text: String) {
    #expect(DurationText.parse(text) == nil)
  }

  @Test(arguments: [
    "host", "://host", "http://", "http:///path", "http://user@", "http://:80", "http:// host", "https://host",
    "http//h",
  ])
  func otherTextsAreNoURLs(text: String) {
    #expect(!URLText.isAcceptable(text, schemes: ["http"]))
  }

  @Test func helpShowsEverySetting() {
    var settings = Settings([:])
    _ = settings.secret("MAILOUT_KEY", help: "Signs tokens.")
    _ = settings.integer("MAILOUT_COUNT", default: 8, in: 1...64, help: "How many.")
    _ = settings.optionalString("MAILOUT_X", help: "Whatever.")
    _ = settings.optionalString("MAILOUT_X", help: "Whatever.")
    let text = SettingsHelp.text(name: "sender", summary: "Calls the send APIs.", settings.declarations)
    #expect(
      text == """
        mailout-sender: Calls the send APIs.

        Usage: mailout-sender [--help | --version]

        Everything is set in the environment:

          MAILOUT_COUNT  How many.
                         An integer from 1 to 64; default 8.
          MAILOUT_KEY    Signs tokens.
                         A secret; required.
                         Or MAILOUT_KEY_FILE: a file that holds it.
          MAILOUT_X      Whatever.
                         A text; optional.

        """)
  }
}
