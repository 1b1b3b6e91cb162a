import AMQP
import Contracts
import EventLoop
import Foundation
import Messaging
import Postgres
import Service
import Synchronization
import Testing

@testable import Sender

/// One copy of the sender for a test: a dispatcher on a real database, with a provider, a clock and a wire of the test's.
final class SenderCopy: Sendable {
  /// What it told the others.
  final class Wire: DispatchWire {
    let outcomes = EventLog<Outcome>()
    let settled = EventLog<BatchSettled>()
    /// Ids of batches that it could not tell the scheduler of.
    let refused = EventLog<Int64>()
    private let refusesSettled = Mutex(false)

    func refuseSettled(_ refuses: Bool) { refusesSettled.withLock { $0 = refuses } }

    func publish(outcomes: [Outcome]) async throws { for outcome in outcomes { self.outcomes.add(outcome) } }

    func publish(settled: [BatchSettled]) async throws {
      let isRefused = refusesSettled.withLock { $0 }
      for batch in settled { isRefused ? refused.add(batch.batchID) : self.settled.add(batch) }
      if isRefused { throw Problem(.unavailable, "the broker is away") }
    }
  }

  /// How a delivery was settled.
  enum Settlement: Sendable { case acked, requeued, rejected }

  let loop = EventLoop(name: "copy")
  let desk = ControlDesk()
  let wire = Wire()
  let provider: ScriptedProvider
  let store: ClaimStore
  let tools: DispatchTools
  let dispatcher: Dispatcher
  let deliveries = EventLog<(batch: Int64, settlement: Settlement)>()
  /// Told whether batches are to be fetched.
  let fetching = EventLog<Bool>()
  let skew = SkewedClock()
  private let link: Link

  /// Its connections to the broker, which stand unless a test says otherwise.
  private final class Link: Sendable {
    let state = Mutex(BrokerLink(isReceiving: true, isPublishing: true))
  }

  /// A clock that a test can move: the whole sender was frozen meanwhile.
  final class SkewedClock: Sendable {
    private let offset = Mutex(Duration.zero)
    private let readings = Atomic(0)

    /// How often it was looked at.
    var reads: Int { readings.load(ordering: .relaxed) }

    var clock: Moment.Clock {
      { [self] in
        readings.add(1, ordering: .relaxed)
        return Moment.system().advanced(by: offset.withLock { $0 })
      }
    }
    func move(by duration: Duration) { offset.withLock { $0 += duration } }
  }

  init(
    _ name: String, pool: PostgresPool, row: Provider, reply: CallReply? = ScriptedProvider.ok,
    isConnecting: Bool = false, permits: Int = 512, lease: Duration = .seconds(3600),
    holdLimit: Duration = .seconds(100_000), drainLimit: Duration = .seconds(60)
  ) {
    let log = Log(service: "test", instance: name, level: .error)
    let link = Link()
    self.link = link
    provider = ScriptedProvider(loop: loop, reply: reply, isConnecting: isConnecting)
    store = ClaimStore(pool: pool, owner: name, lease: lease)
    tools = DispatchTools(
      instance: name, store: store, providers: Self.providers(pool), wire: wire, control: desk,
      permits: PermitPool(total: permits), rates: RateDesk(store: RateStore(pool: pool), loop: loop, log: log),
      pauser: MailoutPauser(operations: NobodyAnswers(), log: log), holdLimit: holdLimit,
      drainLimit: drainLimit, clock: skew.clock, metrics: SenderMetrics(Metrics()))
    dispatcher = Dispatcher(
      loop: loop, provider: row, caller: provider, tools: tools, link: { link.state.withLock { $0 } }, log: log,
      onFetch: { [fetching] in fetching.add($0) })
  }

  /// Until it has looked for what is due: with each look at the clock but a few it does.
  func untilItHasLooked() async throws {
    let looks = skew.reads
    try await until { self.skew.reads > looks + 10 }
  }

  /// What has become of its connections to the broker.
  func connect(_ link: BrokerLink) { self.link.state.withLock { $0 = link } }

  static func providers(_ pool: PostgresPool) -> ProviderStore {
    ProviderStore(pool: pool, outbox: Outbox(table: "sender.event", service: .sender))
  }

  /// A stored provider, for which a busy machine is not to be taken: its calls may last longer than an operator could
  /// allow, so that what it has here is not what would be read back.
  static func row(
    _ pool: PostgresPool, name: String = "default", _ change: (inout ProviderSettings) -> Void = { _ in }
  ) async throws -> Provider {
    var draft = ProviderDraft(
      name: name, baseURL: "http://127.0.0.1:1", token: Secret("secret"), isEnabled: true, settings: ProviderSettings())
    draft.settings.breaker.slow = .seconds(3600)
    change(&draft.settings)
    let (store, new) = (providers(pool), draft)
    var row = try await pool.withTransaction { try await store.insert(new, on: $0) }
    row.settings = new.settings
    return row
  }

  /// Runs it beside the body, with a control snapshot.
  func run<R: Sendable>(_ body: @Sendable () async throws -> R) async throws -> R {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { [self] in await dispatcher.run() }
      group.addTask { [self] in await tools.rates.run() }
      await allow()
      defer { group.cancelAll() }
      let outcome: Result<R, any Error>
      do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
      // It would not end by itself, whatever the body throws.
      provider.answer(ScriptedProvider.ok)
      await dispatcher.stop()
      await dispatcher.finished()
      return try outcome.get()
    }
  }

  /// Claims a batch and hands it over, as its consumer does. False where another has it.
  func take(_ batch: Batch) async throws -> Bool {
    let asked = tools.clock().monotonic
    guard case .granted(let epoch, let results) = try await store.claim(batch) else { return false }
    let delivery = delivery(of: batch)
    let seen = tools.clock()
    let run = BatchRun(
      batch: batch, callGuard: CallGuard(batch, seen: seen), epoch: epoch, since: seen.monotonic, delivery: delivery,
      leaseUntil: asked + store.lease)
    await dispatcher.add(run, done: results)
    return true
  }

  /// A delivery whose settlement is noted.
  func delivery(of batch: Batch) -> AMQPDelivery {
    AMQPDelivery(message: AMQPMessage(body: []), exchange: "", routingKey: "") { [deliveries] settlement in
      deliveries.add((batch.id, settlement == .ack ? .acked : settlement == .requeue ? .requeued : .rejected))
    }
  }

  /// The whole of it for a provider, with the provider's queue.
  func runtime(
    _ row: Provider, amqp: AMQPConfiguration, publisher: AMQPPublisher, prefetch: Int = 10
  ) -> ProviderRuntime {
    ProviderRuntime(
      row, amqp: amqp, publisher: publisher, prefetch: prefetch, loop: loop, tools: tools, caller: provider,
      log: Log(service: "test", instance: tools.instance, level: .error))
  }

  /// With a control snapshot it may call.
  func allow(_ isCurrent: Bool = true) async {
    await onLoop { desk, _ in
      desk.apply(ConsentSnapshot(changes: [], since: 0))
      desk.setCurrent(isCurrent)
    }
  }

  /// Takes a batch that nobody else has.
  func accept(_ batch: Batch) async throws {
    let isOurs = try await take(batch)
    try #require(isOurs)
  }

  /// News of customers.
  func tell(_ changes: [ConsentChange]) async { await onLoop { desk, _ in desk.apply(changes) } }

  /// News of a mailout.
  func tell(_ control: MailoutControl) async { await onLoop { $0.apply([control], at: $1) } }

  /// As if the whole process had stood still for so long.
  func freeze(for duration: Duration) { skew.move(by: duration) }

  private func onLoop(_ body: @escaping @Sendable (ControlDesk, Moment) -> Void) async {
    let (loop, desk, clock) = (loop, desk, tools.clock)
    await withCheckedContinuation { continuation in
      loop.execute {
        body(desk, clock())
        continuation.resume()
      }
    }
  }
}

/// Nobody answers.
private struct NobodyAnswers: OperationCalling {
  func call(
    _ operation: Contracts.Operation, data: [UInt8], as caller: Caller, idempotencyKey: String?, timeout: Duration
  ) async throws(Problem) -> OperationReply { throw Problem(.unavailable, "nobody") }
}
