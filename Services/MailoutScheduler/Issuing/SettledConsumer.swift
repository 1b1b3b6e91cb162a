import AMQP
import Contracts
import Messaging
import Service

/// Takes settled batches off the books, many in one transaction, and tells the drivers.
actor SettledConsumer: Component {
  nonisolated let name = "settled batches"
  private let consumer: AMQPConsumer
  private let store: BatchStore
  private let deadLetters: DeadLetters
  private let log: Log
  private let onSettled: @Sendable (Settlement) -> Void
  private var inbox = Inbox<(settled: BatchSettled, delivery: AMQPDelivery)>()

  init(
    consumer: AMQPConsumer, store: BatchStore, deadLetters: DeadLetters, log: Log,
    onSettled: @escaping @Sendable (Settlement) -> Void
  ) {
    self.consumer = consumer
    self.store = store
    self.deadLetters = deadLetters
    self.log = log
    self.onSettled = onSettled
  }

  func run() async {
    async let working: Void = withTaskExecutorPreference(store.pool.executor) { await work() }
    await WorkerLoop(consumer: consumer).run {
      await self.take($0)
    } ended: {
      await self.close()
    }
    await working
  }

  private func take(_ delivery: AMQPDelivery) async {
    do {
      inbox.put((try Self.read(delivery.message.body), delivery))
    } catch {
      await deadLetters.bury(delivery, from: Topology.schedulerSettled.name, reason: error.detail)
    }
  }

  private static func read(_ body: [UInt8]) throws(Problem) -> BatchSettled {
    let settled = try Envelope<BatchSettled>.decode(body).data
    guard settled.waiting.allSatisfy({ $0.messageID > 0 && $0.hop >= 0 && $0.attempts >= 0 }) else {
      throw Problem(.invalid, "A waiting message has an id, hop or number of attempts out of range.")
    }
    return settled
  }

  private func close() { inbox.close() }

  private func work() async {
    let persistence = Persistence("settled batches are recorded", log: log)
    while true {
      if inbox.isEmpty && !inbox.isClosed { await withCheckedContinuation { inbox.wait($0) } }
      let taken = inbox.takeAll()
      if taken.isEmpty {
        if inbox.isClosed { return }
        continue
      }
      guard let settlement = await persistence.trying({ try await store.settle(taken.map(\.settled)) }) else { return }
      for (_, delivery) in taken { await delivery.ack() }
      onSettled(settlement)
    }
  }
}
