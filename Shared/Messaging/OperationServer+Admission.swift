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
    let backoff = Backoff(base: .milliseconds(100), cap: .seconds(5))
    var failures = 0
    while !isTooLate(head) {
      do throws(Problem) {
        return .success(try await admitted(head, from: delivery.message.properties.userID, for: operation))
      } catch {
        guard error.code == .unavailable, operation.kind == .command else { return .failure(error) }
        failures += 1
        if failures == 1 {
          log.warning(
            "a command is held until it is known what its sender may",
            [.field("operation", operation.type), .field("reason", error.detail)])
        }
      }
      let pause = backoff.delay(attempt: failures)
      do {
        try await Shutdown.cancelling { try await Task.sleep(for: pause) }
      } catch {
        await delivery.nack(requeue: true)
        return nil
      }
    }
    metrics.dropped(operation)
    await delivery.ack()
    return nil
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
