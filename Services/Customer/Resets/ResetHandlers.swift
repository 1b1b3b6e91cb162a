import Contracts
import Messaging
import Postgres
import Security
import Service

/// Answers who has to have a new password, and proves by a token that was mailed to them, or by the old one, that they
/// may.
struct ResetHandlers: Sendable {
  /// Mails to one address in the throttle's window, and askings from one.
  static let mailLimit = 3
  static let askingLimit = 20

  /// nil where no mail server is configured.
  let mailbox: ResetMailbox?
  let sessions: SessionHandlers
  let contacts: ContactHandlers
  let tokens = ResetTokenStore()
  let accounts = AccountStore()

  private var pool: PostgresPool { sessions.pool }

  func register(in handlers: inout OperationHandlers) {
    handlers.on(.requestReset, ask)
    handlers.on(.resetPassword, reset)
  }

  /// `{"email"}` → `{"email"}`, whoever that may be: nothing is looked up before the mail is made.
  @Sendable private func ask(_ request: OperationRequest) async throws -> OperationReply {
    var reader = FieldReader(try request.json())
    let email = reader.email("email")
    try reader.finish()
    guard let email else { throw Problem(.malformed, "The data has no email.") }
    guard let mailbox else {
      throw Problem(.unavailable, "No mail can be sent here: no mail server is configured (MAILOUT_SMTP_URL).")
    }
    let address = ImportRow.fold(email.text)
    if let origin = request.origin {
      try await sessions.throttle.spend("reset-asked", of: origin, limit: Self.askingLimit)
    }
    try await sessions.throttle.spend("reset", of: address, limit: Self.mailLimit)
    try await pool.withTransaction { connection in
      try await mailbox.store.ask(address, on: connection)
      try await sessions.note(request, of: nil, .done, on: connection)
    }
    mailbox.bell.raise()
    return OperationReply(["email": .string(email.text)])
  }

  /// `{"email", "password", "token" | "old_password"}` → `{"email"}`. All sessions end.
  @Sendable private func reset(_ request: OperationRequest) async throws -> OperationReply {
    var reader = FieldReader(try request.json())
    let email = reader.string("email", required: true, max: 320)
    let password = reader.newPassword("password")
    let token = reader.string("token", max: 200)
    let old = reader.string("old_password", max: PasswordHasher.maximumBytes)
    if token != nil && old != nil { reader.fail("old_password", "cannot be given beside a token") }
    if !reader.has("token") && !reader.has("old_password") { reader.fail("token", "is required") }
    try reader.finish()
    guard let email, let password else { throw Problem(.malformed, "The data is not whole.") }
    if let token { return try await reset(email, by: token, to: password, request) }
    guard let old else { throw Problem(.malformed, "The data has neither token nor old_password.") }
    return try await change(email, from: old, to: password, request)
  }

  private func reset(
    _ email: String, by token: String, to password: String, _ request: OperationRequest
  ) async throws -> OperationReply {
    // By address alone: nobody guesses a token, and whoever has locked somebody's account must not keep them out.
    let place = AccountRules.place(request.origin)
    try await sessions.throttle.check(address: place)
    guard try await tokens.isGood(token, address: email, on: pool) else {
      // The broker's second copy of a request may have used it before.
      if request.isRedelivered { throw Self.maybeDone }
      try await sessions.throttle.noteFailure(address: place)
      try await pool.withTransaction { try await sessions.note(request, of: nil, .refused, on: $0) }
      throw Self.badToken
    }
    let hash = try await sessions.hasher.hash(forRequest: password)
    let taken = Problem(.conflict, "Another customer has this address.")
    let stored = try await contacts.unique(taken) {
      try await pool.withTransaction { connection in
        guard let id = try await tokens.use(token, address: email, on: connection) else { throw Self.badToken }
        try await contacts.store.makeContact(id, on: connection)
        return try await set(id, hash, request, on: connection)
      }
    }
    try await sessions.throttle.succeed(username: AccountRules.subject(email), address: nil)
    return OperationReply(["email": .string(stored)])
  }

  private func change(
    _ email: String, from old: String, to password: String, _ request: OperationRequest
  ) async throws -> OperationReply {
    // The broker's second copy of a request would take the old password for a wrong one.
    if request.isRedelivered { throw Self.maybeDone }
    let account = try await sessions.checked(email, old, request)
    let hash = try await sessions.hasher.hash(forRequest: password)
    let stored = try await pool.withTransaction { connection in
      guard try await accounts.noteLogin(account, newHash: nil, on: connection) else {
        throw Problem(.conflict, "The password was changed at this moment.")
      }
      try await tokens.forgetAll(of: account.customerID, on: connection)
      return try await set(account.customerID, hash, request, on: connection)
    }
    return OperationReply(["email": .string(stored)])
  }

  /// Sets the password, and ends what began with the old one. The customer's address.
  private func set(
    _ id: Int64, _ hash: String, _ request: OperationRequest, on connection: PostgresConnection
  ) async throws -> String {
    try await accounts.put(id, passwordHash: hash, on: connection)
    try await sessions.sessions.endAll(of: id, on: connection)
    try await sessions.note(request, of: id, .done, on: connection)
    return try await accounts.find(customerID: id, on: connection)?.email ?? ""
  }

  private static let maybeDone = Problem(
    .unavailable, "It cannot be told whether the password was set; log in with it, or try again.")
  private static let badToken = Problem.invalid([
    Problem.Field("/token", "is not good for this address, or not any more: ask for another")
  ])
}
