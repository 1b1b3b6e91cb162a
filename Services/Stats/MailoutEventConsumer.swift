import AMQP
import Contracts
import FoundationEssentials
import Messaging
import Service

/// Keeps the statistics' picture of the mailouts up to date.
struct MailoutEventConsumer: Component {
  let name = "mailout events"
  let consumer: AMQPConsumer
  let store: MailoutFactStore
  let deadLetters: DeadLetters
  let log: Log

  func run() async {
    await WorkerLoop(consumer: consumer).run { await take($0) }
  }

  private func take(_ delivery: AMQPDelivery) async {
    do {
      let envelope = try JSONDecoder().decode(Envelope<MailoutFact>.self, from: Data(delivery.message.body))
      guard let type = EventType(rawValue: envelope.type) else {
        await deadLetters.bury(delivery, from: Topology.statsEvents.name, reason: "unknown event \(envelope.type)")
        return
      }
      if type == .mailoutDeleted {
        try await store.delete(envelope.data.id)
      } else {
        try await store.write(envelope.data)
      }
      await delivery.ack()
    } catch let error as DecodingError {
      await deadLetters.bury(
        delivery, from: Topology.statsEvents.name, reason: "The message is no mailout event: \(Wire.reason(error))")
    } catch {
      log.warning("a mailout event could not be stored, it comes again", [.error(error)])
      do { try await Task.sleep(for: .seconds(1)) } catch {}
      await delivery.nack(requeue: true)
    }
  }
}
