import Contracts
import Postgres

/// Bounds failed log-ins, per account and per address, over all copies of the service.
///
/// A try is counted before the password is looked at, so that many at once cannot slip through, and taken back when it
/// succeeds.
struct LoginThrottle: Sendable {
  static let accountLimit = 20
  static let addressLimit = 60
  static let windowSeconds: Int64 = 300

  let pool: PostgresPool

  /// Counts a try.
  /// - Throws: `Problem` `throttled` where one of the limits is passed.
  func begin(username: String, address: String?) async throws {
    for (subject, limit) in Self.subjects(username, address) {
      guard try await count(subject) <= limit else {
        throw Problem(.throttled, "Too many failed log-ins; try again in a few minutes.")
      }
    }
  }

  /// Takes the try back: it was the right password.
  func succeed(username: String, address: String?) async throws {
    try await pool.query("delete from customer.login_failure where subject = \(Self.account(username))")
    if let address {
      try await pool.query(
        """
        update customer.login_failure set failures = greatest(failures - 1, 0)
        where subject = \(Self.address(address))
        """)
    }
  }

  /// Counts a failed try of a secret that is too long to be guessed. By address alone: anybody may name somebody's key,
  /// and must not be able to lock it.
  func noteFailure(address: String?) async throws {
    if let address { _ = try await count(Self.address(address)) }
  }

  /// Counts a log-in begun through the provider, which costs a row and which anybody may begin.
  func countBeginning(address: String?) async throws {
    if let address { try await spend("beginning", of: address, limit: Self.addressLimit) }
  }

  /// Counts something that costs work and that anybody may ask for.
  /// - Parameters:
  ///   - what: "sign-up".
  ///   - subject: who asks, or for whom.
  /// - Throws: `Problem` `throttled` where that was too often in the window.
  func spend(_ what: String, of subject: String, limit: Int) async throws {
    guard try await count("\(what):\(subject)") <= limit else {
      throw Problem(.throttled, "Too many requests of this kind; try again in a few minutes.")
    }
  }

  /// - Throws: `Problem` `throttled` where the address has passed its limit.
  func check(address: String?) async throws {
    guard let address else { return }
    let rows = try await pool.query(
      """
      select failures from customer.login_failure f
      where subject = \(Self.address(address)) and not \(fragment: Self.isOver)
      """)
    if let row = rows.first, Int(try row[0, as: Int32.self]) >= Self.addressLimit {
      throw Problem(.throttled, "Too many failed log-ins; try again in a few minutes.")
    }
  }

  /// Forgets windows that are over.
  func purge() async throws {
    try await pool.query(
      """
      delete from customer.login_failure
      where window_started_at < now() - \(Self.windowSeconds) * interval '1 second'
      """)
  }

  private func count(_ subject: String) async throws -> Int {
    let rows = try await pool.query(
      """
      insert into customer.login_failure as f (subject, failures) values (\(subject), 1)
      on conflict (subject) do update set
        failures = case when \(fragment: Self.isOver) then 1 else f.failures + 1 end,
        window_started_at = case when \(fragment: Self.isOver) then now() else f.window_started_at end
      returning failures
      """)
    return try rows.first.map { Int(try $0[0, as: Int32.self]) } ?? 0
  }

  private static let isOver: SQL = "(f.window_started_at < now() - \(windowSeconds) * interval '1 second')"

  private static func subjects(_ username: String, _ address: String?) -> [(String, Int)] {
    [(account(username), accountLimit)] + (address.map { [(Self.address($0), addressLimit)] } ?? [])
  }

  /// A customer's as their address is folded everywhere, so that an erasure finds it.
  private static func account(_ username: String) -> String {
    let isCustomer = username.hasPrefix(ProfileOwner.namespace)
    return "account:\(isCustomer ? ImportRow.fold(username) : username.lowercased())"
  }
  private static func address(_ address: String) -> String { "address:\(address)" }
}
