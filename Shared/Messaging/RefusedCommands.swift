import Contracts
public import Postgres
public import Service
import Synchronization

/// Writes in the audit log which commands were refused because who asked lacks the scope. A few a minute: beyond that a
/// program that asks again and again would fill the log, and only the counter of refusals tells of it.
public struct RefusedCommands: Sendable {
  static let perMinute = 60

  private let trail: AuditTrail
  private let pool: PostgresPool
  private let log: Log
  private let left = Left()

  public init(trail: AuditTrail, pool: PostgresPool, log: Log) {
    self.trail = trail
    self.pool = pool
    self.log = log
  }

  /// - Parameter principal: nil for who the request says it is.
  func note(_ request: OperationRequest, principal: String? = nil, at now: ContinuousClock.Instant = .now) async {
    guard request.operation.kind == .command, left.take(at: now) else { return }
    let entry = AuditEntry(request, principal: principal, subjectID: request.namedID, result: .refused)
    do {
      try await trail.record(entry, on: pool)
    } catch {
      // What was refused stays refused; a database that is away must not hold up the answer.
      log.warning("a refused command is not in the audit log", [.traceID(request.traceID), .error(error)])
    }
  }

  /// What may still be written in this minute.
  private final class Left: Sendable {
    private let state = Mutex((count: 0, since: ContinuousClock.now))

    func take(at now: ContinuousClock.Instant) -> Bool {
      state.withLock { state in
        if state.since.duration(to: now) >= .seconds(60) { state = (0, now) }
        guard state.count < RefusedCommands.perMinute else { return false }
        state.count += 1
        return true
      }
    }
  }
}
