import Contracts
import Messaging
import Service
import Synchronization

/// Has the audit log note who asked for a change without having the scope for it, as services do with what comes over the
/// queues. The same principal and operation once a minute, and no more than so many lines a minute: beyond that, whoever
/// asks again and again would fill the log, and only the counters of requests tell of it.
final class RefusedRequests: Component {
  static let perMinute = 60
  private static let window = Duration.seconds(60)
  private static let timeout = Duration.seconds(5)

  let name = "refused requests"
  let stopMode = StopMode.cancellation
  private let operations: any OperationCalling
  private let log: Log
  private let noted = Mutex((names: Set<String>(), since: ContinuousClock.now))
  private let lines: AsyncStream<Line>
  private let writer: AsyncStream<Line>.Continuation

  private struct Line: Sendable {
    let caller: Caller
    let data: JSON
  }

  init(operations: any OperationCalling, log: Log) {
    self.operations = operations
    self.log = log
    (lines, writer) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(2 * Self.perMinute))
  }

  /// - Parameters:
  ///   - caller: who was refused, in which trace and from where.
  ///   - id: of what it was to be done to, where the path has one.
  func note(_ operation: Operation, by caller: Caller, to id: String?, at now: ContinuousClock.Instant = .now) {
    guard operation.kind == .command, isNew("\(caller.principal) \(operation.type)", at: now) else { return }
    let subject = id.map { JSON.string(String($0.prefix(200))) } ?? .null
    writer.yield(Line(caller: caller, data: ["operation": .string(operation.type), "subject_id": subject]))
  }

  func run() async {
    for await line in lines {
      do {
        _ = try await operations.call(.noteRefusal, data: line.data.bytes, as: line.caller, timeout: Self.timeout)
      } catch {
        // What was refused stays refused, and stands in this log.
        log.warning(
          "a refused request is not in the audit log", [.field("principal", line.caller.principal), .error(error)])
      }
    }
  }

  private func isNew(_ name: String, at now: ContinuousClock.Instant) -> Bool {
    noted.withLock { noted in
      if noted.since.duration(to: now) >= Self.window { noted = ([], now) }
      return noted.names.count < Self.perMinute && noted.names.insert(name).inserted
    }
  }
}
