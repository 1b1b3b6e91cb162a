/// What a pool's observer is told.
public enum PostgresEvent: Sendable {
  /// A connection is ready. `host` is the one of several that answered.
  case connected(host: String)
  /// An attempt failed; another follows after a pause.
  case connectFailed(PostgresError)
  /// A connection that was ready is lost.
  case disconnected(PostgresError)
}
