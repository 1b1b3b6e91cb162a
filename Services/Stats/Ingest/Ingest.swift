import AMQP
import Contracts
import EventLoop
import Messaging
import Service

/// Reads batches and outcomes, puts the news together (see `FactBuffer`), and writes them a few thousand at a time. A
/// delivery is acknowledged after the commit that holds the last of its news, so a crash brings it again, and news have
/// the same effect twice.
actor Ingest: Component {
  /// So many messages with an outcome are written without waiting for more.
  private static let eagerCount = 4_000
  /// How long an outcome may wait for others.
  private static let linger: Duration = .milliseconds(120)
  /// The same where no message is known to have its outcome before it: this may have been a mailout's last.
  private static let lastLinger: Duration = .milliseconds(10)

  nonisolated let name = "ingest"
  nonisolated let loop: EventLoop
  private let sources: [Source]
  private let store: MessageStore
  private let deadLetters: DeadLetters
  private let log: Log
  private let metrics: StatsMetrics

  private var buffer: FactBuffer<AMQPDelivery>
  private var writer: CheckedContinuation<Void, Never>?
  private var isWriteWanted = false
  private var isClosed = false
  private var lingerTimer: TimerToken?
  private var isLastLinger = false
  private var holdTimer: TimerToken?
  /// Those who wait until everything read so far is written.
  private var flushWaiters: [CheckedContinuation<Void, Never>] = []

  /// A queue and its consumer.
  struct Source: Sendable {
    let queue: Topology.Queue
    let consumer: AMQPConsumer
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  init(
    loop: EventLoop, sources: [Source], store: MessageStore, deadLetters: DeadLetters, log: Log, metrics: StatsMetrics,
    limits: FactBuffer<AMQPDelivery>.Limits = .init()
  ) {
    self.loop = loop
    self.sources = sources
    self.store = store
    self.deadLetters = deadLetters
    self.log = log
    self.metrics = metrics
    buffer = FactBuffer(limits: limits)
  }

  func run() async {
    async let writing: Void = keepWriting()
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
    close()
    await writing
  }

  /// No more will come: the writer ends when all is written.
  func close() {
    isClosed = true
    wake()
  }

  func take(_ delivery: AMQPDelivery, from queue: Topology.Queue) async {
    let news: News
    do {
      news = try News(delivery.message.body, from: queue)
    } catch {
      await deadLetters.bury(delivery, from: queue.name, reason: error.detail)
      return
    }
    buffer.add(news, of: delivery, isRepeated: delivery.redelivered, at: .now)
    if buffer.readyCount >= Self.eagerCount || buffer.isFull {
      wake()
    } else if buffer.readyCount > 0 {
      wakeLater()
    }
    watchHeld()
  }

  private func wakeLater() {
    let isLast = !buffer.isHolding
    guard lingerTimer == nil || isLast && !isLastLinger else { return }
    lingerTimer.map(loop.cancel)
    isLastLinger = isLast
    lingerTimer = loop.timer(at: .now + (isLast ? Self.lastLinger : Self.linger)) { [weak self] in
      self?.assumeIsolated { $0.wake() }
    }
  }

  /// Returns when everything taken so far is written and acknowledged.
  func flush() async {
    await withCheckedContinuation { continuation in
      flushWaiters.append(continuation)
      wake()
    }
  }

  /// Writes what is ready, on the caller's time: for measurements.
  func writeReady() async {
    await write(buffer.take(at: .now))
  }

  /// Wakes the writer when the oldest held message is due.
  private func watchHeld() {
    guard holdTimer == nil, let due = buffer.due else { return }
    holdTimer = loop.timer(at: due) { [weak self] in
      self?.assumeIsolated {
        $0.holdTimer = nil
        $0.wake()
      }
    }
  }

  private func wake() {
    isWriteWanted = true
    writer?.resume()
    writer = nil
  }

  func keepWriting() async {
    while true {
      // Looked at inside: see `EventLoop.enqueue`.
      await withCheckedContinuation { continuation in
        guard !isWriteWanted else { return continuation.resume() }
        writer = continuation
      }
      isWriteWanted = false
      lingerTimer.map(loop.cancel)
      lingerTimer = nil
      let waiters = flushWaiters
      flushWaiters = []
      let portion = buffer.take(everything: isClosed || !waiters.isEmpty, at: .now)
      if !portion.isEmpty { await write(portion) }
      for waiter in waiters { waiter.resume() }
      if isClosed && buffer.isEmpty { return }
      watchHeld()
    }
  }

  /// Until the database has it: what is not written stays unacknowledged, and the prefetch holds the rest back.
  private func write(_ portion: FactBuffer<AMQPDelivery>.Portion) async {
    let count = portion.new.count + portion.others.count
    let isWritten: Void? = await Persistence("statistics are written", log: log).trying(
      telling: [.field("count", count)]
    ) {
      let start = ContinuousClock.now
      try await store.write(new: portion.new, others: portion.others, attempts: portion.attempts, texts: portion.texts)
      metrics.written(count, duration: start.duration(to: .now))
    }
    guard isWritten != nil else { return }
    for delivery in portion.deliveries { await delivery.ack() }
  }
}
