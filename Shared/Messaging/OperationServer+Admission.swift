import AMQP
import Contracts
import FoundationEssentials
import Service

/// Whether whoever asks may ask at all, and whether anybody still waits.
extension OperationServer {
  /// Who asks: see `admitted`. While that cannot be told, a command is held, and asked for again and again.
  /// - Returns: nil where nobody waits any more, or this process ends: then the delivery is settled.
  func admission(
    _ head: EnvelopeFrame, of delivery: AMQPDelivery, for operation: Operation
  ) async -> Result<EnvelopeFrame, Problem>? {
    var failures = 0
    while !isTooLate(head) {
      do throws(Problem) {
        return .success(try await admitted(head, from: delivery.message.properties.userID, for: operation))
      } catch {
        guard error.code == .unavailable, operation.kind == .command else { return .failure(error) }
        failures += 1
        guard await hold(delivery, of: operation, for: error, failures: failures) else { return nil }
      }
    }
    metrics.dropped(operation)
    await delivery.ack()
    return nil
  }

  /// Whether a command is to be tried again that could not be carried out now: work to be done whenever. A lead is
  /// answered soon or not at all.
  func isWaiting(_ head: EnvelopeFrame, _ operation: Operation, _ lane: Lane, for problem: Problem) -> Bool {
    problem.code == .unavailable && lane.queue.kind == .durable && head.deadline == nil && operation != .sendLead
  }

  /// Waits before a command is tried again.
  /// - Returns: false where this process ends, and the command has gone back.
  func hold(
    _ delivery: AMQPDelivery, of operation: Operation, for problem: Problem, failures: Int
  ) async -> Bool {
    if failures == 1 {
      log.warning(
        "a command is held until it can be carried out",
        [.field("operation", operation.type), .field("reason", problem.detail)])
    }
    let pause = Backoff(base: .milliseconds(100), cap: .seconds(5)).delay(attempt: failures)
    do {
      try await Shutdown.sleep(for: pause)
      return true
    } catch {
      await delivery.nack(requeue: true)
      return false
    }
  }

  /// Who asks. The platform's own services speak for others; an integration speaks for itself, with the scopes that are
  /// stored for it whatever its envelope says, and only of what has a scope: no log-ins, no talk between services.
  private func admitted(
    _ head: EnvelopeFrame, from user: String?, for operation: Operation
  ) async throws(Problem) -> EnvelopeFrame {
    guard let user else { throw Problem(.forbidden, "The message needs a user-id.") }
    if trustedUsers.contains(user) { return head }
    guard let integration = IntegrationUser(user: user), operation.scope != nil,
      let scopes = try await integrations.scopes(of: integration.name)
    else { throw Problem(.forbidden, "The user \(user.prefix(100)) may not ask for \(operation.type).") }
    var head = head
    head.principal = integration.principal
    head.scopes = scopes.sorted().joined(separator: " ")
    return head
  }

  /// Nobody waits for a query's answer after its deadline. A command without one is work to be done whenever.
  private func isTooLate(_ head: EnvelopeFrame) -> Bool {
    guard let text = head.deadline, let deadline = try? Timestamp.parse(text) else { return false }
    return deadline < .now
  }
}
