import Synchronization

/// Whether this copy can take work: it has started, is not stopping, and every check passes.
public final class Readiness: Sendable {
  private struct Check: Sendable {
    let name: String
    let timeout: Duration
    let body: @Sendable () async throws -> Void
  }

  private struct State {
    var checks: [Check] = []
    var hasStarted = false
  }

  private let state = Mutex(State())
  private let stop: ShutdownSignal

  /// - Parameter stop: from when it is triggered on, this copy is not ready.
  public init(stop: ShutdownSignal) {
    self.stop = stop
  }

  /// Adds a check, made at every question. It throws what is wrong, and heeds cancellation: after `timeout` it is
  /// cancelled and counts as failed.
  public func add(
    _ name: String, timeout: Duration = .seconds(2), check: @escaping @Sendable () async throws -> Void
  ) {
    state.withLock { $0.checks.append(Check(name: name, timeout: timeout, body: check)) }
  }

  /// Adds a check of a condition; `problem` is told while it does not hold.
  public func add(
    _ name: String, problem: String, timeout: Duration = .seconds(2), condition: @escaping @Sendable () -> Bool
  ) {
    add(name, timeout: timeout) { if !condition() { throw ReadinessProblem(description: problem) } }
  }

  /// From now on only the checks decide.
  public func markStarted() {
    state.withLock { $0.hasStarted = true }
  }

  /// Makes all checks at once.
  public func report() async -> ReadinessReport {
    let (checks, hasStarted) = state.withLock { ($0.checks, $0.hasStarted) }
    let results = await withTaskGroup(of: (String, String?).self) { group in
      for check in checks {
        group.addTask { (check.name, await Self.problem(of: check)) }
      }
      return await group.reduce(into: [:]) { $0[$1.0] = ReadinessReport.Check(why: $1.1) }
    }
    let phase: ReadinessReport.Phase = stop.isTriggered ? .stopping : hasStarted ? .running : .starting
    return ReadinessReport(phase: phase, checks: results)
  }

  private static func problem(of check: Check) async -> String? {
    await withTaskGroup(of: String?.self) { group in
      group.addTask {
        do {
          try await check.body()
          return nil
        } catch {
          return "\(error)"
        }
      }
      group.addTask {
        try? await Task.sleep(for: check.timeout)
        return "no answer within \(DurationText.format(check.timeout))"
      }
      defer { group.cancelAll() }
      return await group.next() ?? nil
    }
  }
}
