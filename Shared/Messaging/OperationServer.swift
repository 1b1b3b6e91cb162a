public import AMQP
public import Contracts
import FoundationEssentials
public import Service

/// Answers a service's commands and queries: reads the envelope, checks who asks and whether anybody still waits, calls
/// the handler, replies, acknowledges. What cannot be read at all becomes a dead letter, if it came durably.
public struct OperationServer: Component {
  public let name = "operation server"
  private let consumers: [(consumer: AMQPConsumer, queue: Topology.Queue)]
  private let publisher: AMQPPublisher
  private let deadLetters: DeadLetters
  private let handlers: OperationHandlers
  private let integrations: KnownIntegrations
  private let refused: RefusedCommands?
  private let log: Log
  private let metrics: OperationMetrics
  /// Broker users who may act for others: the platform's own, named as their services.
  private let trustedUsers: Set<String>

  /// - Parameters:
  ///   - publisher: sends the replies and dead letters; run by the caller.
  ///   - integrations: knows the users who are no services; what it says is kept for a moment.
  ///   - refused: keeps which commands were refused for want of a scope; nil where nobody does.
  public init(
    service: ServiceName, amqp: AMQPConfiguration, publisher: AMQPPublisher, handlers: OperationHandlers,
    integrations: any IntegrationKnowing, refused: RefusedCommands? = nil, log: Log, metrics: Metrics,
    commandsAtOnce: Int = 32, queriesAtOnce: Int = 128
  ) {
    consumers = [
      (Topology.commandQueue(of: service), commandsAtOnce), (Topology.queryQueue(of: service), queriesAtOnce),
    ].map { queue, prefetch in
      var configuration = amqp
      configuration.name += " \(queue.name)"
      let consumer = AMQPConsumer(
        configuration: configuration, topology: AMQPTopology(queues: [queue]), queue: queue.name, prefetch: prefetch)
      return (consumer, queue)
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

  public var isConnected: Bool { consumers.allSatisfy { $0.consumer.isConnected } }

  /// Until shutdown is asked for; then takes no more, ends what it has, and closes.
  public func run() async {
    await withDiscardingTaskGroup { group in
      for (consumer, queue) in consumers {
        group.addTask { await WorkerLoop(consumer: consumer).run { await answer($0, from: queue) } }
      }
    }
  }

  private func answer(_ delivery: AMQPDelivery, from queue: Topology.Queue) async {
    let start = ContinuousClock.now
    let head: EnvelopeFrame
    do {
      head = try EnvelopeFrame.read(delivery.message.body)
    } catch {
      await turnAway(delivery, from: queue, reason: error.detail)
      return
    }
    guard let (operation, handle) = handlers.find(head.type) else {
      await turnAway(delivery, from: queue, reason: "There is no operation \(head.type.prefix(100)) here.")
      return
    }
    if isTooLate(head) {
      metrics.dropped(operation)
      await delivery.ack()
      return
    }
    let result: Result<OperationReply, Problem>
    do throws(Problem) {
      let head = try await admitted(head, from: delivery.message.properties.userID, for: operation)
      result = await self.result(of: operation, head: head, delivery: delivery, handle)
    } catch {
      if error.code == .unavailable, operation.kind == .command {
        // Whose work it is cannot be told now: it comes again, and is a dead letter when it has come too often.
        await delivery.nack(requeue: true)
        return
      }
      if error.code == .forbidden {
        let user = delivery.message.properties.userID.map { "broker:\($0)" } ?? "anonymous"
        await refused?.note(Self.request(operation, head, delivery), principal: String(user.prefix(200)))
      }
      result = .failure(error)
    }
    await reply(to: delivery, result)
    await delivery.ack()
    metrics.served(operation, duration: start.duration(to: .now), failed: result.problem?.code)
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

  private func result(
    of operation: Operation, head: EnvelopeFrame, delivery: AMQPDelivery, _ handle: OperationHandlers.Handler
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
      report(error, request)
      let isPassing = (error as? any PassingFault)?.isPassing ?? false
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

  /// Who asks. The platform's own services speak for others; an integration speaks for itself, with the scopes that are
  /// stored for it whatever its envelope says, and only of what has a scope: no log-ins, no talk between services.
  private func admitted(
    _ head: EnvelopeFrame, from user: String?, for operation: Operation
  ) async throws(Problem) -> EnvelopeFrame {
    guard let user else { throw Problem(.forbidden, "The message needs a user-id.") }
    if trustedUsers.contains(user) { return head }
    guard let integration = IntegrationUser(user: user), operation.scope != nil,
      let scopes = try await integrations.scopes(of: integration.name)
    else { throw Problem(.forbidden, "The user \(user.prefix(100)) may not ask for \(operation.type).") }
    var head = head
    head.principal = integration.principal
    head.scopes = scopes.sorted().joined(separator: " ")
    return head
  }

  private func report(_ error: any Error, _ request: OperationRequest) {
    log.error(
      "an operation failed",
      [
        .field("operation", request.operation.type), .traceID(request.traceID),
        .field("principal", request.principal), .error(error),
      ])
  }

  /// Nobody waits for a query's answer after its deadline. A command without one is work to be done whenever.
  private func isTooLate(_ head: EnvelopeFrame) -> Bool {
    guard let text = head.deadline, let deadline = try? Timestamp.parse(text) else { return false }
    return deadline < .now
  }

  private func reply(to delivery: AMQPDelivery, _ result: Result<OperationReply, Problem>) async {
    guard let address = delivery.message.properties.replyTo else { return }
    if let user = delivery.message.properties.userID, !trustedUsers.contains(user),
      IntegrationUser(user: user)?.mayHearAt(address) != true
    {
      log.warning("an answer is not sent where it was asked for", [.field("user", user), .field("address", address)])
      return
    }
    var properties = AMQPProperties(
      contentType: "application/json", correlationID: delivery.message.properties.correlationID, persistent: false)
    let body: [UInt8]
    switch result {
    case .success(let reply):
      properties.type = ReplyType.ok.rawValue
      if let etag = reply.etag { properties.headers[ReplyType.etagHeader] = .string(etag) }
      body = reply.body
    case .failure(let problem):
      properties.type = ReplyType.problem.rawValue
      body = (try? JSONEncoder().encode(problem)).map { [UInt8]($0) } ?? []
    }
    do {
      // After a broker's restart a request may be here before the publisher is back.
      try await publisher.send(
        AMQPMessage(body: body, properties: properties), exchange: "", routingKey: address, timeout: .seconds(5))
    } catch {
      // The caller's deadline tells them; a repetition under the same idempotency key gets the stored answer.
      log.warning("a reply could not be sent", [.error(error)])
    }
  }
}

extension Result where Failure == Problem {
  fileprivate var problem: Problem? {
    guard case .failure(let problem) = self else { return nil }
    return problem
  }
}
