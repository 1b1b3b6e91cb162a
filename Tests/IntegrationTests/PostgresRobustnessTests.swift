import FoundationEssentials
import Postgres
import Testing

@Suite struct PostgresRobustnessTests {
  private func one() throws -> PostgresConfiguration { try PostgresDatabase.configuration(maxConnections: 1) }

  /// The test server's URL with other hosts.
  private func url(hosts: String, user: String? = nil) throws -> String {
    let parts = try PostgresDatabase.url().split(separator: "@", maxSplits: 1)
    let path = try #require(parts.last?.split(separator: "/", maxSplits: 1).last)
    return "\(user.map { "postgresql://\($0)" } ?? String(parts[0]))@\(hosts)/\(path)"
  }

  /// `host:port` of the test server.
  private func server() throws -> (host: String, port: Int) {
    let place = try #require(try PostgresDatabase.url().split(separator: "@").last?.split(separator: "/").first)
    let parts = place.split(separator: ":")
    return (String(parts[0]), Int(parts.dropFirst().first ?? "") ?? 5432)
  }

  private func kill(_ pid: Int32) async throws {
    try await PostgresDatabase.withPool(try one()) { pool async throws in
      _ = try await pool.query("select pg_terminate_backend(\(pid), 60000)")
    }
  }

  /// Until the session `pid` is in its query.
  private func sleeps(_ pid: Int32) async throws {
    try await PostgresDatabase.withPool(try one()) { pool async throws in
      try await until {
        try await pool.query(
          "select 1 from pg_stat_activity where pid = \(pid) and state = 'active' and query like '%pg_sleep%'"
        ).count == 1
      }
    }
  }

  @Test func aSessionKilledInMidQuery() async throws {
    try await PostgresDatabase.withPool(try one()) { pool async throws in
      let error = try await databaseError {
        try await pool.withConnection { connection in
          let pid = try #require(try await connection.query("select pg_backend_pid()").first)[0, as: Int32.self]
          let answer = Task { try await connection.query("select pg_sleep(600)") }
          // Tasks keep no order among themselves: what is meant to stand behind comes once the first is at the server.
          try await sleeps(pid)
          let behind = Task { try await connection.query("select 1") }
          try await kill(pid)
          #expect(try await databaseError { try await behind.value }.code == .serverClosed)
          _ = try await answer.value
        }
      }
      #expect(error.code == .serverClosed && error.isRetryable)
      #expect(try await pool.query("select 1").count == 1)
    }
  }

  @Test func aSessionKilledWhileItRested() async throws {
    try await PostgresDatabase.withPool(try one()) { pool async throws in
      let pid = try #require(try await pool.query("select pg_backend_pid()").first)[0, as: Int32.self]
      try await kill(pid)
      let next = try #require(try await pool.query("select pg_backend_pid()").first)[0, as: Int32.self]
      #expect(next != pid)
    }
  }

  @Test func aSessionKilledInATransaction() async throws {
    try await PostgresDatabase.withSchema(try one()) { pool, schema async throws in
      try await pool.query("create table \(raw: schema).t (id int)")
      let error = try await databaseError {
        try await pool.withTransaction { connection in
          try await connection.query("insert into \(raw: schema).t values (1)")
          try await kill(try #require(try await connection.query("select pg_backend_pid()").first)[0, as: Int32.self])
        }
      }
      #expect(error.code == .serverClosed)
      #expect(try await pool.query("select 1 from \(raw: schema).t").isEmpty)
    }
  }

  @Test func goesOnToTheNextHost() async throws {
    let (host, port) = try server()
    let connected = EventLog<String>()
    var configuration = PostgresConfiguration(
      url: try url(hosts: "127.0.0.1:1,\(host):\(port)"), applicationName: "mailout-tests", maxConnections: 1,
      connectTimeout: .seconds(60), acquireTimeout: .seconds(120))
    configuration.onEvent = { if case .connected(let host) = $0 { connected.add(host) } }
    try await PostgresDatabase.withPool(configuration) { pool async throws in
      #expect(try await pool.query("select 1").count == 1)
    }
    #expect(connected.events == ["\(host):\(port)"])
  }

  @Test func aServerThatCannotBeReached() async throws {
    let failed = EventLog<PostgresError>()
    var configuration = PostgresConfiguration(
      url: "postgresql://someone:s3cret@127.0.0.1:1/db", applicationName: "mailout-tests")
    configuration.acquireTimeout = .milliseconds(300)
    configuration.onEvent = { if case .connectFailed(let error) = $0 { failed.add(error) } }
    try await PostgresDatabase.withPool(configuration) { pool async throws in
      let error = try await databaseError { try await pool.query("select 1") }
      #expect(error.code == .unavailable && error.isRetryable)
      #expect(error.cause?.contains("refused") == true)
      #expect(failed.events.count >= 1)
      for text in failed.events.map(\.description) + [error.description] { #expect(!text.contains("s3cret")) }
    }
  }

  @Test func aServerThatDoesNotAnswer() async throws {
    let (host, port) = try server()
    let proxy = try TCPProxy(to: host, port: port)
    // Nothing is accepted: the kernel completes the handshake, and then there is silence.
    let url = try url(hosts: "127.0.0.1:\(proxy.port)")
    var configuration = PostgresConfiguration(
      url: url, applicationName: "mailout-tests", connectTimeout: .seconds(3))
    configuration.acquireTimeout = .seconds(8)
    try await PostgresDatabase.withPool(configuration) { pool async throws in
      let error = try await databaseError { try await pool.query("select 1") }
      #expect(error.code == .unavailable)
      #expect(error.cause?.contains("no connection within") == true)
      await proxy.start()
      // Each attempt is short of time on a busy machine; one of them makes it.
      try await until { (try? await pool.query("select 1").count) == 1 }
    }
    await proxy.stop()
  }

  @Test func aCutLineAndItsReturn() async throws {
    let (host, port) = try server()
    let proxy = try TCPProxy(to: host, port: port)
    await proxy.start()
    let lost = EventLog<PostgresError>()
    var configuration = PostgresConfiguration(
      url: try url(hosts: "127.0.0.1:\(proxy.port)"), applicationName: "mailout-tests", maxConnections: 2,
      statementTimeout: .seconds(900), connectTimeout: .seconds(60), acquireTimeout: .seconds(120))
    configuration.onEvent = { if case .disconnected(let error) = $0 { lost.add(error) } }
    try await PostgresDatabase.withPool(configuration) { pool async throws in
      try await pool.query("select 1")
      let error = try await databaseError {
        try await pool.withConnection { connection in
          let answer = Task { try await connection.query("select pg_sleep(600)") }
          await proxy.drop()
          _ = try await answer.value
        }
      }
      #expect(error.code == .serverClosed)
      _ = try await lost.first { _ in true }
      #expect(try await pool.query("select 1").count == 1)
    }
    await proxy.stop()
  }

  /// Its kernel acknowledges everything, as that of a stopped process does.
  @Test func aServerThatFallsSilent() async throws {
    let (host, port) = try server()
    let proxy = try TCPProxy(to: host, port: port)
    await proxy.start()
    var configuration = PostgresConfiguration(
      url: try url(hosts: "127.0.0.1:\(proxy.port)"), applicationName: "mailout-tests", maxConnections: 1,
      statementTimeout: .seconds(1), connectTimeout: .seconds(60), acquireTimeout: .seconds(120))
    configuration.answerGrace = .milliseconds(500)
    try await PostgresDatabase.withPool(configuration) { pool async throws in
      // A busy machine may itself take longer than that.
      try await until { (try? await pool.query("select 1").count) == 1 }
      await proxy.pause()
      let error = try await databaseError { try await pool.query("select 1") }
      #expect(error.code == .serverClosed && error.isRetryable)
      #expect(error.message.contains("no answer within"))
      await proxy.resume()
      try await until { (try? await pool.query("select 1").count) == 1 }
    }
    await proxy.stop()
  }

  /// Together they take longer than one may, and the server says nothing before all of them are done.
  @Test func manyStatementsOfWhichNoneTakesLongAreNoSilence() async throws {
    var configuration = try one()
    configuration.statementTimeout = .seconds(10)
    configuration.answerGrace = .milliseconds(500)
    _ = try await PostgresDatabase.withPool(configuration) { pool async throws in
      try await pool.withConnection { try await $0.pipeline(Array(repeating: "select pg_sleep(0.25)", count: 44)) }
    }
  }

  @Test func aMalformedURLSaysSoWithoutQuotingIt() async throws {
    let configuration = PostgresConfiguration(
      url: "postgresql://someone:s3cret@[host/db", applicationName: "mailout-tests")
    #expect(!"\(configuration)\(String(reflecting: configuration))".contains("s3cret"))
    var dumped = ""
    dump(configuration, to: &dumped)
    #expect(!dumped.contains("s3cret"))
    try await PostgresDatabase.withPool(configuration) { pool async throws in
      let error = try await databaseError { try await pool.query("select 1") }
      #expect(error.code == .configuration && !error.isRetryable)
      #expect(!error.description.contains("s3cret"))
    }
  }
}
