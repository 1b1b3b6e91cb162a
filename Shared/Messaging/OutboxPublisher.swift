import AMQP
import Contracts
import EventLoop
import Postgres
public import Service
import Synchronization

/// The part of an outbox that publishes.
public final class OutboxPublisher: Component {
  /// How often it looks for what another replica has left behind.
  private static let lookAround: Duration = .seconds(1)
  /// How long a confirm may take where strangers' queues are concerned: one may be without a leader for days.
  private static let publicTimeout: Duration = .seconds(5)
  /// The same while our own services wait for what comes next: once, before the public has a backlog.
  private static let atOnceTimeout: Duration = .milliseconds(500)

  public let stopMode = StopMode.cancellation
  private let outbox: Outbox
  private let stage: Outbox.Stage
  /// From one portion's beginning to the next one's, at least: what comes meanwhile leaves together.
  private let rest: Duration
  private let exchange: String
  private let key: String?
  private let mandatory: Bool
  private let pool: PostgresPool
  private let publisher: AMQPPublisher
  /// Publishes to the public what our own services have been told; nil where nobody else is to be told.
  private let strangers: AMQPPublisher?
  private let log: Log
  private let refused: Mutex<RefusedEvents>
  private let told = RepeatGuard()
  /// nil where all that listens is the platform's own.
  private let events: EventMetrics?

  init(
    outbox: Outbox, stage: Outbox.Stage, rest: Duration = .zero, exchange: String, key: String?, mandatory: Bool,
    pool: PostgresPool, publisher: AMQPPublisher, strangers: AMQPPublisher? = nil, events: EventMetrics? = nil,
    log: Log
  ) {
    self.outbox = outbox
    self.stage = stage
    self.rest = rest
    self.exchange = exchange
    self.key = key
    self.mandatory = mandatory
    self.pool = pool
    self.publisher = publisher
    self.strangers = strangers
    self.events = events
    self.log = log
    refused = Mutex(RefusedEvents(patience: outbox.patience))
  }

  public var name: String { "outbox to \(exchange)" }

  public func run() async { await withTaskExecutorPreference(pool.executor) { await work() } }

  private func work() async {
    let hearer = outbox.hearer(for: stage)
    let persistence = Persistence("the \(name) is emptied", log: log)
    var begun = ContinuousClock.now
    while let count = await persistence.trying({ try await drain() }) {
      guard count < Outbox.portion else { continue }
      await hearer.wait(until: .now + Self.lookAround)
      // Cancelled, it tries no more.
      if begun + rest > .now { try? await EventLoop.sleep(until: begun + rest) }
      begun = .now
    }
  }

  /// Publishes a portion of the rows; how many it has tried.
  private func drain() async throws -> Int {
    let passedOver = refused.withLock { $0.passedOver(at: .now) }
    let (isBacklogEmpty, growths) = (outbox.backlog.isEmpty, outbox.backlog.growths)
    let count = try await outbox.drain(stage, on: pool, passingOver: passedOver) { [self] row in
      if let events { return try await publishToStrangers(row, events) }
      try await publish(row, by: publisher, to: exchange, timeout: Database.publishTimeout)
      guard let strangers else { return .told }
      guard isBacklogEmpty else { return .relayed }
      return await isTakenAtOnce(row, by: strangers) ? .told : .relayed
    }
    if stage == .relayed {
      count == 0 && refused.withLock({ $0.isEmpty }) ? outbox.backlog.foundEmpty(asOf: growths) : outbox.backlog.grow()
    }
    return count
  }

  /// Why it is not is for the public's own publisher to find out, and to tell.
  private func isTakenAtOnce(_ row: Outbox.Row, by strangers: AMQPPublisher) async -> Bool {
    do {
      try await publish(row, by: strangers, to: Topology.events.name, timeout: Self.atOnceTimeout)
      return true
    } catch {
      return false
    }
  }

  private func publish(
    _ row: Outbox.Row, by publisher: AMQPPublisher, to exchange: String, timeout: Duration
  ) async throws(AMQPError) {
    try await publisher.publish(
      AMQPMessage(cloudEvent: row.body, type: row.type, id: "\(row.type)-\(row.id)"), exchange: exchange,
      routingKey: key ?? row.type, mandatory: mandatory, timeout: timeout)
  }

  private func publishToStrangers(_ row: Outbox.Row, _ events: EventMetrics) async throws(AMQPError) -> Outbox.End {
    let reason: RefusedEvents.Reason
    let isGivenUp: Bool
    do {
      try await publish(row, by: publisher, to: exchange, timeout: Self.publicTimeout)
      refused.withLock { $0.taken(row.id, row.type) }
      return .told
    } catch {
      switch (error.code, error.outcomeUnknown) {
      case (.nacked, _):
        reason = .refused
        isGivenUp = refused.withLock { $0.refused(row.id, row.type, at: .now) }
      case (.timedOut, true):
        reason = .unconfirmed
        isGivenUp = refused.withLock { $0.unconfirmed(row.id, at: .now) }
      case (.timedOut, false): return .kept
      default: throw error
      }
    }
    if isGivenUp { events.givenUp(reason) }
    if let leftOut = told.admit("\(reason) \(isGivenUp)") {
      log.warning(
        isGivenUp
          ? "an event is given up that somebody's queue does not take" : "somebody's queue does not take events",
        [.field("reason", reason.rawValue), .field("type", row.type), .field("left_out", leftOut)])
    }
    return isGivenUp ? .told : .kept
  }
}
