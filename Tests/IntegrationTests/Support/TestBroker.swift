import AMQP
import Glibc
import Testing

/// The broker the tests run against, from the environment.
enum TestBroker {
  /// Fails the test, rather than skipping it, where there is no broker.
  static func url() throws -> String {
    try #require(environment("MAILOUT_TEST_AMQP_URL"), "MAILOUT_TEST_AMQP_URL is not set: run the tests by `make test`")
  }

  /// Patient: every suite runs at once, and a thread that waits for its turn is not to be taken for a lost connection.
  static func configuration(_ name: String = "test") throws -> AMQPConfiguration {
    var configuration = try AMQPConfiguration(url: url(), name: name)
    configuration.heartbeat = .seconds(60)
    configuration.connectTimeout = .seconds(60)
    return configuration
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
    configuration.onEvent = { event, _ in log.add(event) }
    return (configuration, log)
  }

  /// Deletes a queue behind the driver's back.
  static func delete(queue: String) async throws {
    try await control("delete_queue", "-p", configuration().virtualHost, queue)
  }

  /// Waits until a quorum queue has no delivery that waits for its acknowledgement, for minutes at most. Asked of the
  /// queue itself: what `list_queues` says is seconds old. One that does not answer in time has said nothing.
  static func awaitNothingUnacknowledged(in queue: String) async throws {
    let virtualHost = try configuration().virtualHost
    try await control(
      "eval",
      """
      {ok, Q} = rabbit_amqqueue:lookup(rabbit_misc:r(<<"\(virtualHost)">>, queue, <<"\(queue)">>)),
      IsDone = fun(_) ->
        case ra:leader_query(amqqueue:get_pid(Q), fun rabbit_fifo:query_messages_checked_out/1) of
          {ok, {_, 0}, _} -> true;
          _ -> timer:sleep(100), false
        end
      end,
      true = lists:any(IsDone, lists:seq(1, 1000)).
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
