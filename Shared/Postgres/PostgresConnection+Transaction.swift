internal import CPostgres

extension PostgresConnection {
  /// Has `body` called, on the pool's loop, once the pool's present transaction has committed; never where it does not.
  public func afterCommit(_ body: @escaping @Sendable () -> Void) { commitHooks.append(body) }

  /// Has a statement sent together with the COMMIT of the pool's present transaction. Saves a round trip where nobody
  /// needs its answer; where it fails, the transaction does.
  public func atCommit(_ statement: SQL) throws {
    try statement.checkSendable()
    commitStatements.append(statement)
  }

  /// The COMMIT of the pool's present transaction does not wait for the disk: for what may as well be done twice. A crash of
  /// the server undoes it, if nothing that has waited came later.
  public func commitWithoutWaiting() throws { try atCommit("set local synchronous_commit = off") }

  /// From now on in a transaction. Costs no round trip: BEGIN goes out with the first statement.
  func beginTransaction() { beginsNext = true }

  /// For the present transaction, whose statements have no timeout.
  func waitForAnyTime() { isUnbounded = true }

  /// Throws where the server rolled back instead, because an earlier error had been swallowed.
  func commitTransaction() async throws {
    guard !Task.isCancelled else { throw PostgresError.cancelledBeforeSending }
    defer { forgetCommit() }
    if commitStatements.isEmpty && dropUnsentBegin() { return }
    let answer = try await control("commit", after: commitStatements)
    guard answer.last?.buffer.command == "COMMIT" else {
      throw PostgresError(.sql("25P02"), "rolled back: a statement of the transaction had failed")
    }
    for hook in commitHooks { hook() }
  }

  func rollbackTransaction() async {
    forgetCommit()
    if dropUnsentBegin() || state == .closed { return }
    do {
      _ = try await control("rollback")
    } catch {
      fail(PostgresError(.serverClosed, "the transaction could not be rolled back", cause: "\(error)"))
    }
  }

  private func forgetCommit() {
    isUnbounded = false
    commitHooks = []
    commitStatements = []
  }

  private func control(_ command: String, after statements: [SQL] = []) async throws -> [PostgresRows] {
    try await withCheckedThrowingContinuation { continuation in
      submit(.pipeline(PipelineRequest(statements, control: command) { continuation.resume(with: $0) }))
    }
  }

  /// Nothing was done in the transaction, so there is none.
  private func dropUnsentBegin() -> Bool {
    defer { beginsNext = false }
    return beginsNext
  }

  /// Whether someone else may have the connection: alive, nothing under way, no open transaction.
  var isReusable: Bool {
    guard state == .ready, let handle else { return false }
    return pipeline.waiting == 0 && backlog.isEmpty && exclusive == nil && !beginsNext
      && PQtransactionStatus(handle) != PQTRANS_INTRANS && PQtransactionStatus(handle) != PQTRANS_INERROR
  }

  /// Looks at the socket: a connection the server has closed meanwhile is found out here.
  func checkAlive() -> Bool {
    if state == .ready { receive() }
    return state == .ready
  }
}
