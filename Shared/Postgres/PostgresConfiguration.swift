/// Where the database is and how its connections behave.
public struct PostgresConfiguration: Sendable {
  /// `postgresql://user:password@host1:5432,host2:5432/database?sslmode=verify-full&target_session_attrs=read-write`,
  /// as libpq reads it. Kept to this module: it holds the password.
  let url: String
  /// Shown in `pg_stat_activity`.
  public var applicationName: String
  /// How many connections a pool opens at most, the one that listens apart.
  public var maxConnections: Int
  /// How long the server lets one statement run; zero for ever.
  public var statementTimeout: Duration
  /// How much longer than a statement may run the server may say nothing while it owes an answer: then the session is
  /// given up. A process or machine that stands still is not noticed otherwise where its kernel goes on acknowledging.
  public var answerGrace: Duration = .seconds(5)
  /// How long one host may take to let us in, and how long sent bytes may stay unacknowledged.
  public var connectTimeout: Duration
  /// How long a caller waits for a free connection before `.unavailable`.
  public var acquireTimeout: Duration
  /// Settings of every session, `name=value` without blanks: trusted text.
  public var sessionSettings: [String] = []
  /// Told of connections that come and go, on the pool's thread: be brief.
  public var onEvent: (@Sendable (PostgresEvent) -> Void)?

  public init(
    url: String, applicationName: String, maxConnections: Int = 8, statementTimeout: Duration = .seconds(30),
    connectTimeout: Duration = .seconds(5), acquireTimeout: Duration = .seconds(10),
    onEvent: (@Sendable (PostgresEvent) -> Void)? = nil
  ) {
    self.url = url
    self.applicationName = applicationName
    self.maxConnections = max(1, maxConnections)
    self.statementTimeout = statementTimeout
    self.connectTimeout = connectTimeout
    self.acquireTimeout = acquireTimeout
    self.onEvent = onEvent
  }
}

extension PostgresConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// User, hosts and database; never the password.
  public var description: String {
    guard let parameters = try? ConnectionParameters(self) else { return "postgres (malformed URL)" }
    return parameters.description
  }

  public var debugDescription: String { description }

  public var customMirror: Mirror { Mirror(self, children: ["server": description]) }
}
