import AMQP
import Contracts
import Messaging
import Service

/// Takes dead letters off their queue into the table.
struct DeadLetterConsumer: Component {
  let name = "dead letters"
  let consumer: AMQPConsumer
  let store: DeadLetterStore
  let log: Log
  let metrics: StatsMetrics

  func run() async {
    await WorkerLoop(consumer: consumer).run { await take($0) }
  }

  private func take(_ delivery: AMQPDelivery) async {
    do {
      try await store.insert(Self.letter(delivery))
      metrics.deadLetters.increment()
      await delivery.ack()
    } catch {
      log.error("a dead letter could not be stored, it comes again", [.error(error)])
      do { try await Task.sleep(for: .seconds(1)) } catch {}
      await delivery.nack(requeue: true)
    }
  }

  /// Letters of ours have their story in headers; those the broker itself gave up have it in `x-death`'s companions.
  static func letter(_ delivery: AMQPDelivery) -> DeadLetterStore.Letter {
    let headers = delivery.message.properties.headers
    func text(_ name: String) -> String? {
      guard case .string(let value)? = headers[name] else { return nil }
      return value.storable(2_000)
    }
    let isBrokers = LetterProperties.isBrokers(headers)
    func ours(_ name: String) -> String? { isBrokers ? nil : text(name) }
    return DeadLetterStore.Letter(
      queue: ours(DeadLetterHeader.queue) ?? text(DeadLetterHeader.firstQueue) ?? delivery.routingKey,
      reason: ours(DeadLetterHeader.reason) ?? text("x-first-death-reason").map { "the broker gave it up: \($0)" }
        ?? "unknown",
      service: ours(DeadLetterHeader.service),
      exchange: ours(DeadLetterHeader.exchange) ?? text("x-first-death-exchange"),
      routingKey: ours(DeadLetterHeader.routingKey),
      type: delivery.message.properties.type?.storable(255),
      messageID: delivery.message.properties.messageID?.storable(255), body: delivery.message.body,
      properties: LetterProperties(delivery.message.properties))
  }
}
