public import AMQP
public import Contracts
import EventLoop
public import Postgres
public import Service

/// Takes messages off a queue in groups: what came while one group was being stored is stored together in the next, in
/// one transaction, and acknowledged then. What cannot be read, or can never be stored, becomes a dead letter; the
/// others go on.
public actor GroupConsumer<Item: Sendable>: Component {
  public nonisolated let name: String
  private let consumer: AMQPConsumer
  private let queue: Topology.Queue
  private let pool: PostgresPool
  private let deadLetters: DeadLetters
  private let log: Log
  private let rest: Duration
  private let read: @Sendable ([UInt8]) throws(Problem) -> Item
  private let store: @Sendable ([Item]) async throws -> Void
  private var inbox = Inbox<Taken>()

  private struct Taken: Sendable {
    let item: Item
    let delivery: AMQPDelivery
  }

  /// - Parameters:
  ///   - name: what the messages are, in the plural: "audit records".
  ///   - consumer: of `queue`; its prefetch is the largest group.
  ///   - pool: where they are stored: `store` runs on its thread.
  ///   - rest: from one group's beginning to the next one's, at least, where nobody waits for what is stored.
  ///   - read: a message's body; its problem is the dead letter's reason.
  ///   - store: all of them or none. Called again with the same after a failure, or with some of them: what is there
  ///     already must not matter.
  public init(
    _ name: String, consumer: AMQPConsumer, of queue: Topology.Queue, pool: PostgresPool, deadLetters: DeadLetters,
    log: Log, rest: Duration = .zero, read: @escaping @Sendable ([UInt8]) throws(Problem) -> Item,
    store: @escaping @Sendable ([Item]) async throws -> Void
  ) {
    self.name = name
    self.consumer = consumer
    self.queue = queue
    self.pool = pool
    self.deadLetters = deadLetters
    self.log = log
    self.rest = rest
    self.read = read
    self.store = store
  }

  public func run() async {
    async let working: Void = withTaskExecutorPreference(pool.executor) { await work() }
    await WorkerLoop(consumer: consumer).run {
      await self.take($0)
    } ended: {
      await self.close()
    }
    await working
  }

  private func take(_ delivery: AMQPDelivery) async {
    do throws(Problem) {
      inbox.put(Taken(item: try read(delivery.message.body), delivery: delivery))
    } catch {
      await deadLetters.bury(delivery, from: queue.name, reason: error.detail)
    }
  }

  private func close() { inbox.close() }

  private func work() async {
    let persistence = Persistence("\(name) are stored", log: log)
    var begun = ContinuousClock.now
    while true {
      // Looked at inside: a task that prefers a loop can be overtaken at the `await`.
      await withCheckedContinuation { inbox.isEmpty && !inbox.isClosed ? inbox.wait($0) : $0.resume() }
      // At the end it is not waited for: whoever stops has little time.
      if begun + rest > .now, !inbox.isClosed { try? await EventLoop.sleep(until: begun + rest) }
      begun = .now
      var group = inbox.takeAll()
      if group.isEmpty {
        if inbox.isClosed { return }
        continue
      }
      guard await persistence.trying({ try await finish(&group) }) != nil else { return }
    }
  }

  /// Stores the group and acknowledges it. Where something in it can never be stored, each is tried by itself.
  /// - Parameter group: what is left to do, also where this throws.
  private func finish(_ group: inout [Taken]) async throws {
    do {
      try await store(group.map(\.item))
    } catch  where Self.isForEver(error) {
      while let next = group.first {
        do {
          try await store([next.item])
          await next.delivery.ack()
        } catch  where Self.isForEver(error) {
          await deadLetters.bury(next.delivery, from: queue.name, reason: "It cannot be stored: \(error)")
        }
        group.removeFirst()
      }
      return
    }
    for taken in group { await taken.delivery.ack() }
  }

  private static func isForEver(_ error: any Error) -> Bool {
    error is Problem || (error as? PostgresError)?.isAboutValues ?? false
  }
}
