import Contracts
import EventLoop
import Service

/// Calls one provider for every message of the claimed batches, and commits what came of it.
///
/// A call needs a place under the provider's limits, and a permit that comes back only when the result is committed to
/// the claim's journal. So at most K calls are ever unrecorded, whatever happens to this process. The actor lives on the
/// loop of its HTTP client and its database connections, and no call has a task: an answer is recorded, and the next
/// calls start, in the same round of the loop.
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
    /// Whether it gives a permit back: there was a call.
    let hasPermit: Bool
  }

  let loop: EventLoop
  let tools: DispatchTools
  let log: Log
  let metrics: ProviderMetrics
  let name: String
  /// The provider as last read.
  var provider: Provider
  var caller: any ProviderCalling
  /// Those of how it was reached before, while they have calls under way.
  var formerCallers: [any ProviderCalling] = []

  // Calls: Dispatcher+Calls.swift, Dispatcher+Sweep.swift
  var queue = WorkQueue<Item>()
  var underWay = 0
  var permitsHeld = 0
  var limit: ConcurrencyLimit
  var rejections = RejectionWatch()
  var isPumpScheduled = false
  var isStopping = false
  /// The calls under way are broken off: how they end says nothing of the provider.
  var isBreakingOff = false
  /// Asked anew each time: nobody need tell of a change, and none is missed.
  let link: @Sendable () -> BrokerLink
  /// Since when it has been without the connection that its deliveries came by.
  var cutOffSince: ContinuousClock.Instant?
  /// The next look's, while nothing comes due by then.
  var restTimer: TimerToken?
  var rateTimer: ContinuousClock.Instant?
  private var quiet: CheckedContinuation<Void, Never>?

  // The circuit: Dispatcher+Circuit.swift
  var breaker: CircuitBreaker
  var standstill: Standstill
  var gate = Gate.calls
  /// A rest that our own breaker wants, not yet written down: until when (microseconds since 1970), and what to write.
  var tripped: (until: Int64, event: Circuit.Event)?
  var isMovingCircuit = false
  var probeRenewal = ContinuousClock.now
  var isFetching = true
  /// Told whether batches are to be fetched, whenever that changes.
  let onFetch: @Sendable (Bool) -> Void

  // Commits: Dispatcher+Journal.swift, Dispatcher+Settling.swift
  var runs: [Int64: BatchRun] = [:]
  var journal = Inbox<Entry>()
  /// The end of the time for which the first of the journal's results may wait for others.
  var lingering: TimerToken?
  var settling = Inbox<BatchRun>()
  private var isFinished = false
  private var finishWaiters: [CheckedContinuation<Void, Never>] = []

  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  init(
    loop: EventLoop, provider: Provider, caller: any ProviderCalling, tools: DispatchTools,
    link: @escaping @Sendable () -> BrokerLink, log: Log, onFetch: @escaping @Sendable (Bool) -> Void = { _ in }
  ) {
    self.loop = loop
    self.provider = provider
    self.caller = caller
    self.tools = tools
    self.link = link
    self.log = log.with(.field("provider", provider.name))
    name = provider.name
    self.onFetch = onFetch
    metrics = ProviderMetrics(tools.metrics, provider: provider.name)
    let now = tools.clock().monotonic
    limit = ConcurrencyLimit(maximum: provider.settings.concurrency, now: now)
    breaker = CircuitBreaker(policy: provider.settings.breaker, now: now)
    standstill = Standstill(now: now)
  }

  /// Works until `stop()`, then ends the calls under way, commits and settles what it can, and hands the rest back.
  func run() async {
    attend()
    async let _: Void = renewLeases()
    async let settling: Void = runSettling()
    async let journal: Void = runJournal()
    async let _: Void = breakOffInTime()
    await untilQuiet()
    self.journal.close()
    await journal
    self.settling.close()
    await settling
    await handBack()
    leave()
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
    if let older = runs[run.batch.id] { lose(older) }
    runs[run.batch.id] = run
    tools.metrics.batchesHeld.increment()
    let doneIDs = Set(done.map(\.outcome.messageID))
    run.committed(done)
    let items = run.batch.messages.filter { !doneIDs.contains($0.id) }.map { Item(run: run, message: $0) }
    if !isStopping { queue.push(items, mailoutID: run.batch.mailoutID) }
    if case .shut = gate { sweepAll() }
    rouse()
    pumpSoon()
    await tell(done.map { Entry(run: run, result: $0, hasPermit: false) })
  }

  /// A batch that this sender has in hand was delivered again, over a new connection or because it was published twice:
  /// the younger delivery is now the one to acknowledge. False where it is not in hand.
  func adopt(_ delivery: BatchDelivery) async -> Bool {
    guard let run = runs[delivery.batch.id] else { return false }
    // Its connection may still stand, and then it would hold a place of the prefetch for ever.
    await run.take(delivery).ack()
    return true
  }

  /// Takes no new message.
  func stop() {
    isStopping = true
    queue.removeAll()
    endIfQuiet()
  }

  private func untilQuiet() async {
    if isStopping && underWay == 0 { return }
    await withCheckedContinuation { quiet = $0 }
  }

  func endIfQuiet() {
    guard isStopping, underWay == 0 else { return }
    quiet?.resume()
    quiet = nil
  }
}
