import Messaging
import Postgres
import Security
import Service

/// `create-operator` as asked for on the command line.
struct OperatorOrder: Sendable {
  let username: String
  let role: Role
  let isOnlyIfMissing: Bool
  let password: Secret

  /// - Throws: `CustomerError` with every mistake of the arguments; `SettingsError` without a password.
  init(_ arguments: [String], _ settings: inout Settings) throws {
    var username: String?
    var role: Role?
    var isOnlyIfMissing = false
    var mistakes: [String] = []
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      switch argument {
      case "--if-missing": isOnlyIfMissing = true
      case "--username":
        username = rest.popFirst()
        do {
          try OperatorRules.checkUsername(username ?? "")
        } catch {
          mistakes.append("--username \(error.detail)")
        }
      case "--role":
        let text = rest.popFirst() ?? ""
        role = Role(rawValue: text)
        if role == nil { mistakes.append("--role \(text) must be one of viewer, operator, admin") }
      default: mistakes.append("unknown argument \(argument)")
      }
    }
    if username == nil { mistakes.append("--username is missing") }
    if role == nil && !arguments.contains("--role") { mistakes.append("--role is missing") }
    guard let username, let role, mistakes.isEmpty else {
      throw CustomerError(.usage, mistakes.joined(separator: "; "))
    }
    self.username = username
    self.role = role
    self.isOnlyIfMissing = isOnlyIfMissing
    password = settings.secret("MAILOUT_OPERATOR_PASSWORD", help: "The password of the operator to create.")
    try settings.finish()
    do {
      try OperatorRules.checkPassword(password.value)
    } catch {
      throw CustomerError(.invalid, "the password \(error.detail)")
    }
  }

  /// Creates the operator, or gives a known one this password and role.
  func carryOut(on store: OperatorStore, cost: PasswordCost = .interactive) async throws -> String {
    let existing = try await store.find(username: username)
    if isOnlyIfMissing, existing != nil { return "customer: operator \(username) exists already" }
    let hash = try await PasswordHasher(cost: cost).hash(password.value)
    let audit = AuditTrail(schema: CustomerDatabase.schema)
    // Published by the service that runs.
    let outbox = Outbox(table: "\(CustomerDatabase.schema).event", service: .customer)
    try await store.pool.withTransaction { connection in
      let (id, revision) = try await store.put(username: username, passwordHash: hash, role: role, on: connection)
      let events = OperatorRecord.events
      try await outbox.tell(
        existing == nil ? events.created : events.updated, of: id, revision: revision, by: "shell", on: connection)
      let entry = AuditEntry(
        principal: "shell", operation: "create-operator", subjectKind: "operator", subjectID: String(id))
      try await audit.record(entry, on: connection)
    }
    return "customer: operator \(username) (\(role.rawValue)) \(existing == nil ? "created" : "changed")"
  }
}
