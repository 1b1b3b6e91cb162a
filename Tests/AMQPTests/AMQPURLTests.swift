import AMQP
import Testing

struct AMQPURLTests {
  private func configuration(_ url: String) throws -> AMQPConfiguration {
    try AMQPConfiguration(url: url, name: "test")
  }

  @Test func fillsInWhatIsNotGiven() throws {
    let configuration = try configuration("amqp://broker")
    #expect(configuration.endpoints == [AMQPEndpoint(host: "broker", port: 5672)])
    #expect(configuration.user == "guest")
    #expect(configuration.password == "guest")
    #expect(configuration.virtualHost == "/")
    #expect(configuration.tls == nil)
    #expect(configuration.heartbeat == .seconds(5))
    #expect(configuration.connectTimeout == .seconds(5))
  }

  @Test func readsEveryPart() throws {
    let configuration = try configuration(
      "amqps://us%65r:p%40ss:w%2Ford@one,two:5673,[::1]:5674/a%2Fb?heartbeat=0&connection_timeout=1500"
        + "&cacertfile=%2Fca.pem&verify=verify_none&certfile=/c.pem&keyfile=/k.pem")
    #expect(
      configuration.endpoints == [
        AMQPEndpoint(host: "one", port: 5671), AMQPEndpoint(host: "two", port: 5673),
        AMQPEndpoint(host: "::1", port: 5674),
      ])
    #expect(configuration.user == "user")
    #expect(configuration.password == "p@ss:w/ord")
    #expect(configuration.virtualHost == "a/b")
    #expect(
      configuration.tls == AMQPTLS(authorities: "/ca.pem", verify: false, certificate: "/c.pem", key: "/k.pem"))
    #expect(configuration.heartbeat == .zero)
    #expect(configuration.connectTimeout == .milliseconds(1500))
  }

  @Test(arguments: ["amqp://h", "amqp://h/", "amqp://h/%2F", "amqp://h/%2f"])
  func takesAnAbsentVirtualHostForTheDefault(url: String) throws {
    #expect(try configuration(url).virtualHost == "/")
  }

  @Test func verifiesUnlessToldNot() throws {
    #expect(try configuration("amqps://h").tls == AMQPTLS(authorities: nil, verify: true))
  }

  @Test(arguments: [
    ("http://h", "amqp://"), ("broker:5672", "amqp://"), ("amqp://", "host"), ("amqp://a,,b", "host"),
    ("amqp://h:port", "port"), ("amqp://h:0", "port"), ("amqp://h:70000", "port"), ("amqp://[::1", "]"),
    ("amqp://h/a/b", "virtual host"), ("amqp://h/%zz", "virtual host"), ("amqp://h/%0", "virtual host"),
    ("amqp://h/%ff", "UTF-8"), ("amqp://h/?colour=red", "colour"), ("amqp://h/?heartbeat", "heartbeat"),
    ("amqp://h/?heartbeat=soon", "heartbeat"), ("amqp://h/?connection_timeout=0", "connection_timeout"),
    ("amqp://h/?cacertfile=/ca.pem", "amqps"), ("amqps://h/?verify=maybe", "verify"),
    ("amqps://h/?certfile=/c.pem", "keyfile"), ("amqp://h/v#1", "%23"),
  ])
  func namesWhatIsWrong(url: String, named: String) throws {
    let error = try #require(throws: AMQPError.self) { try configuration(url) }
    #expect(error.code == .invalidURL)
    #expect(error.message.contains(named), "\(error)")
  }

  @Test(arguments: [
    "amqp://u:hush%zz@h", "amqp://u:hush@h:port", "amqp://u:hush@h/?x=1", "amqp://u:hush%00@h",
    "amqp://u:a?hush@h", "amqp://u:a/hush@h", "amqp://u:a#hush@h",
  ])
  func neverShowsThePasswordInAnError(url: String) throws {
    let error = try #require(throws: AMQPError.self) { try configuration(url) }
    #expect(!"\(error)".contains("hush"))
  }

  @Test func neverShowsThePasswordInADescription() throws {
    let configuration = try configuration("amqp://u:hush@h1,h2:5673/v")
    #expect(configuration.description == "amqp://u@h1:5672,h2:5673/v")
    var dumped = ""
    dump(configuration, to: &dumped)
    for text in ["\(configuration)", String(reflecting: configuration), dumped] { #expect(!text.contains("hush")) }
  }
}
