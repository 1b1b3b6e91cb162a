import AMQP
import Contracts
import EventLoop
import Messaging
import Service

/// Reads batches and outcomes, puts the news together, and writes them a few thousand at a time. A delivery is
/// acknowledged after the commit that holds its news, so a crash brings it again, and news have the same effect twice.
actor Ingest: Component {
  /// So many messages are written without waiting for more.
  private static let eagerCount = 4_000
  /// How long news may wait: a message's queueing and its outcome mostly meet in that time.
  private static let linger: Duration = .milliseconds(120)

  nonisolated let name = "ingest"
  nonisolated let loop: EventLoop
  private let sources: [Source]
  private let store: MessageStore
  private let deadLetters: DeadLetters
  private let log: Log
  private let metrics: StatsMetrics

  private var buffer = FactBuffer()
  private var deliveries = Inbox<AMQPDelivery>()
  /// Those who wait until everything read so far is written.
  private var flushWaiters: [CheckedContinuation<Void, Never>] = []
  private var isWriting = false

  /// A queue and its consumer.
  struct Source: Sendable {
    let queue: Topology.Queue
    let consumer: AMQPConsumer
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  init(
    loop: EventLoop, sources: [Source], store: MessageStore, deadLetters: DeadLetters, log: Log, metrics: StatsMetrics
  ) {
    self.loop = loop
    self.sources = sources
    self.store = store
    self.deadLetters = deadLetters
    self.log = log
    self.metrics = metrics
  }

  func run() async {
    async let writing: Void = write()
    await withDiscardingTaskGroup { group in
      for source in sources {
        group.addTask {
          await WorkerLoop(consumer: source.consumer).run {
            await self.take($0, from: source.queue)
          } ended: {
            await self.flush()
          }
        }
      }
    }
    deliveries.close()
    await writing
  }

  private func take(_ delivery: AMQPDelivery, from queue: Topology.Queue) async {
    let facts: [MessageFact]
    do {
      facts = try News.facts(in: delivery.message.body, from: queue)
    } catch {
      await deadLetters.bury(delivery, from: queue.name, reason: error.detail)
      return
    }
    for fact in facts { buffer.add(fact) }
    let isFirst = deliveries.isEmpty
    deliveries.put(delivery, wakes: buffer.count >= Self.eagerCount)
    if isFirst {
      loop.timer(at: .now + Self.linger) { [weak self] in self?.assumeIsolated { $0.deliveries.wake() } }
    }
  }

  /// Returns when everything taken so far is written and acknowledged.
  private func flush() async {
    guard isWriting || !deliveries.isEmpty else { return }
    await withCheckedContinuation { continuation in
      flushWaiters.append(continuation)
      deliveries.wake()
    }
  }

  private func write() async {
    while true {
      if deliveries.isEmpty && !deliveries.isClosed { await withCheckedContinuation { deliveries.wait($0) } }
      let taken = deliveries.takeAll()
      if taken.isEmpty {
        resumeFlushWaiters()
        if deliveries.isClosed { return }
        continue
      }
      isWriting = true
      await write(buffer.takeAll())
      for delivery in taken { await delivery.ack() }
      isWriting = false
      if deliveries.isEmpty { resumeFlushWaiters() }
    }
  }

  /// Until the database has it: what is not written stays unacknowledged, and the prefetch holds the rest back.
  private func write(_ facts: [MessageFact]) async {
    var failures = 0
    while !Task.isCancelled {
      do {
        let start = ContinuousClock.now
        try await store.write(facts)
        metrics.written(facts.count, duration: start.duration(to: .now))
        if failures > 0 { log.info("statistics are written again", [.field("failures", failures)]) }
        return
      } catch {
        if failures == 0 {
          log.error("statistics cannot be written, trying again", [.field("count", facts.count), .error(error)])
        }
        failures += 1
        do { try await Task.sleep(for: min(.milliseconds(50) * (1 << min(failures, 5)), .seconds(2))) } catch { return }
      }
    }
  }

  private func resumeFlushWaiters() {
    for waiter in flushWaiters { waiter.resume() }
    flushWaiters = []
  }
}
