import AMQP
import Contracts
import Messaging
import Postgres
import Service

/// Records what happens to mailouts and customers, many in one transaction.
actor TimelineConsumer: Component {
  nonisolated let name = "timelines"
  private let consumer: AMQPConsumer
  private let pool: PostgresPool
  private let deadLetters: DeadLetters
  private let log: Log
  private var inbox = Inbox<(happening: Happening?, delivery: AMQPDelivery)>()

  init(consumer: AMQPConsumer, pool: PostgresPool, deadLetters: DeadLetters, log: Log) {
    self.consumer = consumer
    self.pool = pool
    self.deadLetters = deadLetters
    self.log = log
  }

  func run() async {
    async let working: Void = work()
    await WorkerLoop(consumer: consumer).run {
      await self.take($0)
    } ended: {
      await self.close()
    }
    await working
  }

  private func take(_ delivery: AMQPDelivery) async {
    do {
      inbox.put((try Happening(delivery.message.body), delivery))
    } catch {
      await deadLetters.bury(delivery, from: Topology.statsTimeline.name, reason: error.detail)
    }
  }

  private func close() { inbox.close() }

  private func work() async {
    let persistence = Persistence("timelines are recorded", log: log)
    while true {
      if inbox.isEmpty && !inbox.isClosed { await withCheckedContinuation { inbox.wait($0) } }
      let taken = inbox.takeAll()
      if taken.isEmpty {
        if inbox.isClosed { return }
        continue
      }
      let happenings = taken.compactMap(\.happening)
      let isWritten: Void? = await persistence.trying {
        try await pool.withTransaction { connection in
          try await HappeningStore.insert(happenings, on: connection)
          let gone = happenings.filter { $0.type == EventType.customerDeleted.rawValue }
          try await MessageTextStore.forget(customers: gone.map(\.subjectID), on: connection)
        }
      }
      guard isWritten != nil else { return }
      for (_, delivery) in taken { await delivery.ack() }
    }
  }
}
