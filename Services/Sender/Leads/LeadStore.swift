import Contracts
import FoundationEssentials
import Messaging
import Postgres

/// What came of leads. A call is written down before it is made, so that of a copy that died in mid-call the others know
/// that it may have called, and nobody calls again by himself.
struct LeadStore: Sendable {
  /// How long a result is shown.
  static let shownSeconds: Int64 = 600

  enum Beginning: Sendable, Equatable {
    case granted(call: Int64)
    /// The same command came before; this is what came of it.
    case known(LeadResult)
    /// Another call of the lead is under way.
    case underWay
  }

  let pool: PostgresPool
  let outbox: Outbox
  let audit: AuditTrail
  /// Longer than any delivery: a call without a result after it belongs to a copy that died.
  var leaseSeconds: Int64 = 60

  static let interrupted = LeadVerdict.uncalled(
    .buyerFailed,
    LeadFault(
      "Result unknown",
      "The call was interrupted; whether the buyer has the lead is not known. It is not sent again by itself."))

  /// The right to send a lead.
  /// - Throws: `Problem` `invalid` where the command's key stood for something else before.
  func begin(_ leadID: String, for request: OperationRequest, key: String) async throws -> Beginning {
    let hash = try request.dataHash()
    return try await pool.withTransaction { connection in
      let mine = try await connection.query(
        """
        select hash, outcome, answer, lease_until < now() from sender.lead_call
        where principal = \(request.principal) and key = \(key) for update
        """)
      if let row = mine.first {
        guard try row[0, as: Int64.self] == hash else {
          throw Problem(.invalid, "This Idempotency-Key stood for another request before; use a new one.")
        }
        if let result = try Self.result(row) { return .known(result) }
        // The broker gives a command again when the copy that had it is lost; a source may repeat it at any time.
        return try request.isRedelivered || row[3, as: Bool.self] ? .known(Self.interrupted) : .underWay
      }
      try await expire(leadID, on: connection)
      let rows = try await connection.query(
        """
        insert into sender.lead_call (mode, lead_id, principal, key, hash, lease_until)
        values ('send', \(leadID), \(request.principal), \(key), \(hash),
          now() + \(leaseSeconds) * interval '1 second')
        on conflict do nothing returning id
        """)
      return try rows.first.map { .granted(call: try $0[0, as: Int64.self]) } ?? .underWay
    }
  }

  /// Writes down what came of a call, and tells it as an event; once, however often it is tried: the database may have
  /// taken it where its answer was lost. What was taken for interrupted meanwhile is known after all.
  func finish(
    _ call: Int64, _ result: LeadResult, leadID: String, buyer: String?, for request: OperationRequest
  ) async throws {
    let answer = result.answer.bytes
    try await pool.withTransaction { connection in
      let written = try await connection.query(
        """
        update sender.lead_call
        set buyer = \(buyer), outcome = \(result.outcome.rawValue), answer = \(answer), finished_at = now()
        where id = \(call) and (finished_at is null or (buyer is null and answer = \(Self.interrupted.answer.bytes)))
        """)
      guard written.affected > 0 else { return }
      try await outbox.add(
        EventType.leadAnswered.rawValue, data: LeadFact(leadID: leadID, buyer: buyer, outcome: result.outcome),
        on: connection)
      try await audit.record(AuditEntry(request, subjectID: leadID, result: .done), on: connection)
    }
  }

  /// Takes a call back that was not made.
  func abandon(_ call: Int64) async throws {
    try await pool.query("delete from sender.lead_call where id = \(call) and finished_at is null")
  }

  /// Keeps the answer to a ping.
  func keepPing(_ leadID: String, _ result: LeadResult, on connection: PostgresConnection) async throws {
    try await connection.query(
      """
      insert into sender.lead_call (mode, lead_id, lease_until, finished_at, outcome, answer)
      values ('ping', \(leadID), now(), now(), \(result.outcome.rawValue), \(result.answer.bytes))
      """)
  }

  /// What came of the last call of a lead; `pending` while it is under way, nil where there was none of late.
  func status(_ leadID: String, mode: String) async throws -> LeadResult? {
    let rows = try await pool.query(
      """
      select lease_until < now(), outcome, answer from sender.lead_call
      where lead_id = \(leadID) and mode = \(mode)
        and (finished_at is null or finished_at > now() - \(Self.shownSeconds) * interval '1 second')
      order by id desc limit 1
      """)
    guard let row = rows.first else { return nil }
    if let result = try Self.result(row) { return result }
    return try row[0, as: Bool.self]
      ? Self.interrupted : LeadResult(.pending, ["Error": "Processing not finished"])
  }

  /// Forgets calls older than a day: so long a command's key counts.
  func purge() async throws {
    try await pool.query("delete from sender.lead_call where started_at < now() - interval '24 hours'")
  }

  /// A call whose copy has died holds its lead no longer.
  private func expire(_ leadID: String, on connection: PostgresConnection) async throws {
    try await connection.query(
      """
      update sender.lead_call
      set outcome = \(Self.interrupted.outcome.rawValue), answer = \(Self.interrupted.answer.bytes), finished_at = now()
      where lead_id = \(leadID) and finished_at is null and lease_until < now()
      """)
  }

  private static func result(_ row: PostgresRow) throws -> LeadResult? {
    guard let text = try row[1, as: String?.self], let outcome = LeadResult.Outcome(rawValue: text),
      let answer = try row[2, as: [UInt8]?.self]
    else { return nil }
    return LeadResult(outcome, try JSON.parse(answer))
  }
}
