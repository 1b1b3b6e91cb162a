import Contracts
import EventLoop
import Service

/// Calls the provider for every message of the claimed batches, and commits what came of it.
///
/// A fixed number of workers take one message each: guard, call, verdict, record. A worker takes nothing without a
/// permit, and a permit comes back only when the result is committed to the claim's journal. So at most K calls are
/// ever unrecorded, whatever happens to this process. The actor lives on the loop of its HTTP client and its database
/// connections: between a message's turn and the bytes on the socket there is no change of thread.
///
/// result → journal commit (permit back) → outcomes confirmed by the broker → all of the batch? → `batch.settled`
/// confirmed → tombstone → ack. A crash between two steps repeats the later ones, all of which are idempotent.
actor Dispatcher {
  struct Item: Sendable {
    let run: BatchRun
    let message: BatchMessage
  }

  struct Entry: Sendable {
    let run: BatchRun
    let result: MessageResult
  }

  let loop: EventLoop
  let provider: Provider
  let client: ProviderClient
  let store: ClaimStore
  let wire: SenderWire
  let log: Log
  let metrics: SenderMetrics

  // Calls: Dispatcher+Calls.swift
  var queue = WorkQueue<Item>()
  var idleWorkers: [CheckedContinuation<Item?, Never>] = []
  var permits: Int
  var isStopping = false
  /// A sender that has lost its broker starts no call.
  var isConnected = false

  // Commits: Dispatcher+Journal.swift, Dispatcher+Settling.swift
  var runs: [Int64: BatchRun] = [:]
  var journal = Inbox<Entry>()
  var settling = Inbox<BatchRun>()
  private var isFinished = false
  private var finishWaiters: [CheckedContinuation<Void, Never>] = []

  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  init(
    loop: EventLoop, provider: Provider, client: ProviderClient, store: ClaimStore, wire: SenderWire, log: Log,
    metrics: SenderMetrics
  ) {
    self.loop = loop
    self.provider = provider
    self.client = client
    self.store = store
    self.wire = wire
    self.log = log
    self.metrics = metrics
    permits = provider.permits
  }

  /// Works until `stop()`, then ends the calls under way, commits and settles what it can, and hands the rest back.
  func run() async {
    async let _: Void = renewLeases()
    async let settling: Void = runSettling()
    async let journal: Void = runJournal()
    await withDiscardingTaskGroup { group in
      for _ in 0..<provider.concurrency {
        group.addTask { await self.work() }
      }
    }
    self.journal.close()
    await journal
    self.settling.close()
    await settling
    await handBack()
    isFinished = true
    for waiter in finishWaiters { waiter.resume() }
    finishWaiters = []
  }

  /// Returns when `run()` has done all it does.
  func finished() async {
    if isFinished { return }
    await withCheckedContinuation { finishWaiters.append($0) }
  }

  /// Takes a claimed batch: calls the messages without a result, and tells statistics again of those that have one.
  func add(_ run: BatchRun, done: [MessageResult]) async {
    runs[run.batch.id] = run
    metrics.batchesHeld.set(Double(runs.count))
    let doneIDs = Set(done.map(\.outcome.messageID))
    run.committed(done)
    let items = run.batch.messages.filter { !doneIDs.contains($0.id) }.map { Item(run: run, message: $0) }
    if !isStopping { queue.push(items, mailoutID: run.batch.mailoutID) }
    handOut()
    await tell(done.map { Entry(run: run, result: $0) })
  }

  /// A batch that this sender has in hand was delivered again, over a new connection: that delivery is now the one to
  /// acknowledge. False where it is not in hand.
  func adopt(_ delivery: BatchDelivery) -> Bool {
    guard let run = runs[delivery.batch.id], !run.isLost else { return false }
    run.delivery = delivery.delivery
    return true
  }

  /// Takes no new message.
  func stop() {
    isStopping = true
    queue = WorkQueue()
    for worker in idleWorkers { worker.resume(returning: nil) }
    idleWorkers = []
  }

  func setConnected(_ connected: Bool) {
    isConnected = connected
    handOut()
  }
}
