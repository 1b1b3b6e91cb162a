import AMQP
import Contracts
import Messaging
import Service

/// Keeps what every service has noted in its part of the audit log.
struct AuditConsumer: Component {
  let name = "audit records"
  let consumer: AMQPConsumer
  let store: AuditLogStore
  let deadLetters: DeadLetters
  let log: Log

  func run() async {
    await WorkerLoop(consumer: consumer).run { await take($0) }
  }

  private func take(_ delivery: AMQPDelivery) async {
    do {
      try await store.write(try Envelope<AuditBatch>.decode(delivery.message.body).data)
      await delivery.ack()
    } catch let problem as Problem {
      await deadLetters.bury(delivery, from: Topology.statsAudit.name, reason: problem.detail)
    } catch {
      log.warning("audit records could not be stored, they come again", [.error(error)])
      do { try await Task.sleep(for: .seconds(1)) } catch {}
      await delivery.nack(requeue: true)
    }
  }
}
