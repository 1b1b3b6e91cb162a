import AMQP
import Glibc
import Testing

/// The broker the tests run against, from the environment.
enum TestBroker {
  /// Fails the test, rather than skipping it, where there is no broker.
  static func url() throws -> String {
    try #require(environment("MAILOUT_TEST_AMQP_URL"), "MAILOUT_TEST_AMQP_URL is not set: run the tests by `make test`")
  }

  static func configuration(_ name: String = "test") throws -> AMQPConfiguration {
    try AMQPConfiguration(url: url(), name: name)
  }

  /// A configuration whose traffic goes through a proxy.
  static func configuration(through proxy: TCPProxy, _ name: String = "test") throws -> AMQPConfiguration {
    var configuration = try configuration(name)
    configuration.endpoints = [AMQPEndpoint(host: "127.0.0.1", port: proxy.port)]
    return configuration
  }

  /// The same, with a log of what happens to the connection.
  static func logged(
    through proxy: TCPProxy? = nil, _ name: String = "test"
  ) throws -> (AMQPConfiguration, EventLog<AMQPEvent>) {
    var configuration =
      if let proxy { try configuration(through: proxy, name) } else { try configuration(name) }
    let log = EventLog<AMQPEvent>()
    configuration.onEvent = { log.add($0) }
    return (configuration, log)
  }

  /// Deletes a queue behind the driver's back.
  static func delete(queue: String) async throws {
    try await control("delete_queue", "-p", configuration().virtualHost, queue)
  }

  /// Waits until a quorum queue has no delivery that waits for its acknowledgement, for ten seconds at most. Asked of the
  /// queue itself: what `list_queues` says is seconds old.
  static func awaitNothingUnacknowledged(in queue: String) async throws {
    let virtualHost = try configuration().virtualHost
    try await control(
      "eval",
      """
      {ok, Q} = rabbit_amqqueue:lookup(rabbit_misc:r(<<"\(virtualHost)">>, queue, <<"\(queue)">>)),
      IsDone = fun(_) ->
        {ok, {_, Held}, _} = ra:leader_query(amqqueue:get_pid(Q), fun rabbit_fifo:query_messages_checked_out/1),
        Held =:= 0 orelse begin timer:sleep(100), false end
      end,
      true = lists:any(IsDone, lists:seq(1, 100)).
      """)
  }

  /// Lets a quorum queue's leader do nothing, or go on: `suspend`, `resume`. Meanwhile it confirms nothing, as without a
  /// majority.
  static func leader(of queue: String, _ what: String) async throws {
    let name = "rabbit_misc:r(<<\"\(try configuration().virtualHost)\">>, queue, <<\"\(queue)\">>)"
    try await control("eval", "{ok, Q} = rabbit_amqqueue:lookup(\(name)), ok = sys:\(what)(amqqueue:get_pid(Q)).")
  }

  /// The broker's administration command; throws where it fails.
  private static func control(_ words: String...) async throws {
    let control = try #require(
      environment("MAILOUT_TEST_RABBITMQCTL"), "MAILOUT_TEST_RABBITMQCTL is not set: run the tests by `make test`")
    try await Command.run(control.split(separator: " ").map(String.init) + words)
  }

  /// A proxy in front of the broker.
  static func proxy() throws -> TCPProxy {
    let target = try #require(configuration().endpoints.first)
    return try TCPProxy(to: target.host, port: target.port)
  }

  /// A name that no other test uses.
  static func unique(_ prefix: String = "test") -> String { "\(prefix).\(UInt64.random(in: 0 ... .max))" }

  static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
