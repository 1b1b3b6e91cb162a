public import AMQP
public import Contracts
import FoundationEssentials
public import Service

/// Answers a service's commands and queries: reads the envelope, checks who asks and whether anybody still waits, calls
/// the handler, replies, acknowledges. What cannot be read at all becomes a dead letter, if it came durably.
///
/// A command of a program is held while nobody can say what the program may, and one without a deadline while a server it
/// needs is away: whatever goes back to the queue comes again at once, and is a dead letter after twenty times.
public struct OperationServer: Component {
  public let name = "operation server"
  /// Commands that may be held besides those that are worked on.
  static let heldAtMost = 64

  /// A queue and how many of its deliveries are worked on at once.
  struct Lane: Sendable {
    let consumer: AMQPConsumer
    let queue: Topology.Queue
    let places: Places
  }

  let lanes: [Lane]
  let publisher: AMQPPublisher
  private let deadLetters: DeadLetters
  private let handlers: OperationHandlers
  let integrations: KnownIntegrations
  private let refused: RefusedCommands?
  let log: Log
  let metrics: OperationMetrics
  /// Broker users who may act for others: the platform's own, named as their services.
  let trustedUsers: Set<String>

  /// - Parameters:
  ///   - publisher: sends the replies and dead letters; run by the caller.
  ///   - integrations: knows the users who are no services; what it says is kept for a moment.
  ///   - refused: keeps which commands were refused for want of a scope; nil where nobody does.
  public init(
    service: ServiceName, amqp: AMQPConfiguration, publisher: AMQPPublisher, handlers: OperationHandlers,
    integrations: any IntegrationKnowing, refused: RefusedCommands? = nil, log: Log, metrics: Metrics,
    commandsAtOnce: Int = 32, queriesAtOnce: Int = 128
  ) {
    lanes = [
      (Topology.commandQueue(of: service), commandsAtOnce, Self.heldAtMost),
      (Topology.queryQueue(of: service), queriesAtOnce, 0),
    ].map { queue, atOnce, held in
      var configuration = amqp
      configuration.name += " \(queue.name)"
      let consumer = AMQPConsumer(
        configuration: configuration, topology: AMQPTopology(queues: [queue]), queue: queue.name,
        prefetch: atOnce + held)
      return Lane(consumer: consumer, queue: queue, places: Places(atOnce))
    }
    self.publisher = publisher
    self.deadLetters = DeadLetters(publisher: publisher, service: service, log: log)
    self.handlers = handlers
    self.integrations = KnownIntegrations(integrations)
    self.refused = refused
    self.log = log
    self.metrics = OperationMetrics(metrics)
    trustedUsers = Set(ServiceName.allCases.map(\.rawValue)).union([amqp.user])
  }

  public var isConnected: Bool { lanes.allSatisfy { $0.consumer.isConnected } }

  /// Until shutdown is asked for; then takes no more, ends what it has, and closes.
  public func run() async {
    await withDiscardingTaskGroup { group in
      for lane in lanes {
        group.addTask { await WorkerLoop(consumer: lane.consumer).run { await answer($0, from: lane) } }
      }
    }
  }

  func answer(_ delivery: AMQPDelivery, from lane: Lane) async {
    let start = ContinuousClock.now
    let head: EnvelopeFrame
    do {
      head = try EnvelopeFrame.read(delivery.message.body)
    } catch {
      await turnAway(delivery, from: lane.queue, reason: error.detail)
      return
    }
    guard let (operation, handle) = handlers.find(head.type) else {
      await turnAway(delivery, from: lane.queue, reason: "There is no operation \(head.type.prefix(100)) here.")
      return
    }
    guard let admission = await admission(head, of: delivery, for: operation) else { return }
    var failures = 0
    while true {
      await lane.places.take()
      let result: Result<OperationReply, Problem>
      switch admission {
      case .success(let head):
        result = await self.result(of: operation, head: head, delivery: delivery, isRepeated: failures > 0, handle)
      case .failure(let problem):
        if problem.code == .forbidden {
          let user = delivery.message.properties.userID.map { "broker:\($0)" } ?? "anonymous"
          await refused?.note(Self.request(operation, head, delivery), principal: String(user.prefix(200)))
        }
        result = .failure(problem)
      }
      if let problem = result.problem, isWaiting(head, operation, lane, for: problem) {
        await lane.places.leave()
        failures += 1
        guard await hold(delivery, of: operation, for: problem, failures: failures) else { return }
        continue
      }
      await reply(to: delivery, result)
      await delivery.ack()
      await lane.places.leave()
      metrics.served(operation, duration: start.duration(to: .now), failed: result.problem?.code)
      return
    }
  }

  /// What nobody here can handle. Work that came durably becomes a dead letter; whoever asked on the other queue waits for
  /// the answer, and what they sent may be a password or whom to forget, which is kept nowhere.
  private func turnAway(_ delivery: AMQPDelivery, from queue: Topology.Queue, reason: String) async {
    await reply(to: delivery, .failure(Problem(.malformed, reason)))
    guard queue.kind != .durable else {
      await deadLetters.bury(delivery, from: queue.name, reason: reason)
      return
    }
    log.warning("a request was turned away", [.field("queue", queue.name), .field("reason", reason)])
    await delivery.ack()
  }

  /// - Parameter isRepeated: whether it has been told already that something it needs is away.
  private func result(
    of operation: Operation, head: EnvelopeFrame, delivery: AMQPDelivery, isRepeated: Bool,
    _ handle: OperationHandlers.Handler
  ) async -> Result<OperationReply, Problem> {
    let request = Self.request(operation, head, delivery)
    if let scope = operation.scope, !request.has(scope) {
      await refused?.note(request)
      return .failure(Problem(.forbidden, "This needs the scope \(scope)."))
    }
    do {
      return .success(try await handle(request))
    } catch let problem as Problem {
      if problem.code == .internal { report(problem, request) }
      return .failure(problem)
    } catch {
      let isPassing = (error as? any PassingFault)?.isPassing ?? false
      if !isPassing || !isRepeated { report(error, request) }
      return .failure(
        isPassing
          ? Problem(.unavailable, "A server this needs is not available at the moment.")
          : Problem(.internal, "This failed inside; the trace id \(request.traceID) leads to the cause in the logs."))
    }
  }

  private static func request(
    _ operation: Operation, _ head: EnvelopeFrame, _ delivery: AMQPDelivery
  ) -> OperationRequest {
    OperationRequest(
      operation: operation, head: head, envelope: delivery.message.body, isRedelivered: delivery.redelivered)
  }

  private func report(_ error: any Error, _ request: OperationRequest) {
    log.error(
      "an operation failed",
      [
        .field("operation", request.operation.type), .traceID(request.traceID),
        .field("principal", request.principal), .error(error),
      ])
  }
}

extension Result where Failure == Problem {
  fileprivate var problem: Problem? {
    guard case .failure(let problem) = self else { return nil }
    return problem
  }
}
