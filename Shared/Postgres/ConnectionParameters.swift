internal import CPostgres

/// What libpq is told to connect: the URL, and what it leaves open.
struct ConnectionParameters: Sendable, CustomStringConvertible {
  private(set) var keywords: [String] = []
  private(set) var values: [String] = []
  /// How long all hosts together may take.
  let patience: Duration
  /// See `PostgresConfiguration`.
  let statementTimeout: Duration
  let answerGrace: Duration
  let description: String
  private let password: String?

  /// Throws `.configuration` for a malformed URL. libpq's own message may quote the password: it is not passed on.
  init(_ configuration: PostgresConfiguration) throws(PostgresError) {
    guard let given = Self.parse(configuration.url) else {
      throw PostgresError(.configuration, "the database URL is malformed")
    }
    password = given["password"]
    let hosts = (given["hostaddr"] ?? given["host"] ?? "").split(separator: ",", omittingEmptySubsequences: false)
    patience = configuration.connectTimeout * hosts.count
    statementTimeout = configuration.statementTimeout
    answerGrace = configuration.answerGrace
    description = "postgres \(given["user"] ?? "")@\(given["host"] ?? "local")/\(given["dbname"] ?? "")"

    let timeout = configuration.statementTimeout.milliseconds
    let session = (["statement_timeout=\(timeout)"] + configuration.sessionSettings).map { "-c \($0)" }
      .joined(separator: " ")
    let options = given["options"].map { "\(session) \($0)" } ?? session
    add("dbname", configuration.url)
    add("options", options)
    add("client_encoding", "UTF8")
    let wanted = [
      ("application_name", configuration.applicationName),
      // Also bounds the handshake with one host of several, so that libpq goes on to the next.
      ("tcp_user_timeout", String(configuration.connectTimeout.milliseconds)),
      ("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3"),
    ]
    for (keyword, value) in wanted where given[keyword] == nil { add(keyword, value) }
  }

  private mutating func add(_ keyword: String, _ value: String) {
    keywords.append(keyword)
    values.append(value)
  }

  /// A message of libpq's without the password, should one ever quote it.
  func redact(_ message: String) -> String {
    guard let password, !password.isEmpty else { return message }
    return message.split(separator: password, omittingEmptySubsequences: false).joined(separator: "***")
  }

  private static func parse(_ url: String) -> [String: String]? {
    guard let options = PQconninfoParse(url, nil) else { return nil }
    defer { PQconninfoFree(options) }
    var given: [String: String] = [:]
    var option = options
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val { given[String(cString: keyword)] = String(cString: value) }
      option += 1
    }
    return given
  }
}

extension Duration {
  /// Whole milliseconds, rounded up.
  var milliseconds: Int64 {
    components.seconds * 1000 + (components.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
  }
}
