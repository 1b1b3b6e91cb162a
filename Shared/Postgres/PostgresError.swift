/// What went wrong with the database, a statement or a value. Never holds a password.
public struct PostgresError: Error, Sendable, CustomStringConvertible {
  public enum Code: Hashable, Sendable {
    /// The configuration cannot be used: a malformed URL, for one.
    case configuration
    /// No connection could be had in time. Nothing was sent.
    case unavailable
    /// The connection broke while the statement was under way: whether it took effect is unknown.
    case serverClosed
    /// The server cancelled the statement: it ran longer than the statement timeout, or an operator said so.
    case timedOut
    /// The task was cancelled before the statement was sent.
    case cancelled
    /// The pool has been closed.
    case closed
    /// The server refused a statement; the SQLSTATE says why.
    case sql(String)
    /// A parameter that Postgres cannot take: text with a zero byte, for one.
    case encoding
    /// A column does not read as the type asked for.
    case decoding
    /// The migrations do not fit the database.
    case migration
  }

  public let code: Code
  public let message: String
  /// What lay below: the last failure to connect, for one.
  public let cause: String?
  /// Five characters, where the server sent the error.
  public internal(set) var sqlState: String?
  public internal(set) var detail: String?
  public internal(set) var constraint: String?
  public internal(set) var table: String?
  public internal(set) var column: String?
  /// The statement certainly never reached the server.
  var neverSent = false
  /// The server's prepared statement is gone or no longer fits its tables: preparing it again helps.
  var isStalePlan = false

  init(_ code: Code, _ message: String, cause: String? = nil, column: String? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
    self.column = column
  }

  /// Whether the same work may succeed when done again from its start: serialization failure, deadlock, a lost
  /// or missing connection. After `.serverClosed` the first run may have taken effect: repeat only what is idempotent.
  public var isRetryable: Bool {
    switch code {
    case .unavailable, .serverClosed: true
    case .sql(let state): state == "40001" || state == "40P01" || state == "55P03" || isStalePlan
    case .timedOut, .configuration, .cancelled, .closed, .encoding, .decoding, .migration: false
    }
  }

  /// Whether the server refuses the values themselves, and would refuse them again: data exceptions (class 22), a null or
  /// a check (23502, 23514), a value too large (54000).
  public var isAboutValues: Bool {
    switch code {
    case .encoding: true
    case .sql(let state): state.hasPrefix("22") || ["23502", "23514", "54000"].contains(state)
    default: false
    }
  }

  /// Without the detail, which may quote a row's values.
  public var description: String {
    var text = "postgres: \(message)"
    if let sqlState { text += " (SQLSTATE \(sqlState))" }
    if let table { text += ", table \(table)" }
    if let column { text += ", column \(column)" }
    if let constraint { text += ", constraint \(constraint)" }
    if let cause { text += ": \(cause)" }
    return text
  }
}
