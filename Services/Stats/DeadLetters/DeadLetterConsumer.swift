import AMQP
import Contracts
import Messaging
import Postgres
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

  /// Holds it until the database has it, or this process ends: what goes back to the queue comes again at once, and a
  /// broker drops it in the end (RabbitMQ 4 after twenty times).
  func take(_ delivery: AMQPDelivery) async {
    let letter = Self.letter(delivery)
    guard await persistence.trying({ try await keep(letter) }) != nil else {
      return await delivery.nack(requeue: true)
    }
    metrics.deadLetters.increment()
    await delivery.ack()
  }

  private var persistence: Persistence {
    Persistence("a dead letter is stored", log: log, pause: { try await Shutdown.sleep(for: $0) })
  }

  /// Whatever the database refuses in it: a letter that is never stored would hold a place of the prefetch for ever.
  private func keep(_ letter: DeadLetterStore.Letter) async throws {
    do {
      try await store.insert(letter)
    } catch let error as PostgresError where error.isAboutValues {
      log.error(
        "a dead letter is kept without its properties", [.field("queue", letter.queue), .error(error)])
      try await store.insert(letter.withoutProperties)
    }
  }

  /// Letters of ours have their story in headers; those the broker itself gave up have it in `x-death`'s companions.
  static func letter(_ delivery: AMQPDelivery) -> DeadLetterStore.Letter {
    let headers = delivery.message.properties.headers
    func text(_ name: String) -> String? {
      guard case .string(let value)? = headers[name] else { return nil }
      return value.storable(2_000)
    }
    /// What is longer is no queue's name, and more than the index of the letters' queues takes.
    func queue(_ name: String) -> String? { text(name).flatMap { $0.utf8.count <= 255 ? $0 : nil } }
    let isBrokers = LetterProperties.isBrokers(headers)
    func ours(_ name: String) -> String? { isBrokers ? nil : text(name) }
    let properties = LetterProperties(delivery.message.properties)
    return DeadLetterStore.Letter(
      queue: (isBrokers ? nil : queue(DeadLetterHeader.queue)) ?? queue(DeadLetterHeader.firstQueue)
        ?? delivery.routingKey.storable(255),
      reason: ours(DeadLetterHeader.reason) ?? text("x-first-death-reason").map { "the broker gave it up: \($0)" }
        ?? "unknown",
      service: ours(DeadLetterHeader.service),
      exchange: ours(DeadLetterHeader.exchange) ?? text("x-first-death-exchange"),
      routingKey: ours(DeadLetterHeader.routingKey),
      type: properties.properties.type, messageID: properties.properties.messageID, body: delivery.message.body,
      properties: properties)
  }
}
