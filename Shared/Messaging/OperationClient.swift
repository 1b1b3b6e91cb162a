public import AMQP
public import Contracts
import FoundationEssentials
public import Service

/// Calls the services over the broker: commands and queries with request and reply.
///
/// Commands too go through the queues of queries: whoever calls waits for the answer, so a command that the broker kept
/// past its own end would be done behind the back of somebody who was told that it was not. What is durable here is
/// the effect, in the transaction that also holds its idempotency key. Only those go the durable way whose callers wait
/// for longer than anything lives in a queue of queries; they are few, and take long.
public struct OperationClient: OperationCalling, Component {
  public let name = "operation client"
  public let stopMode = StopMode.cancellation
  private let requester: AMQPRequester
  private let source: String
  private let user: String

  public init(amqp: AMQPConfiguration, service: ServiceName) {
    var configuration = amqp
    configuration.name += " requests"
    // Only exchanges: the queues are their owners'. A service that was never there is `unavailable` by the return.
    requester = AMQPRequester(configuration: configuration, topology: AMQPTopology(queues: []))
    source = "/mailout/\(service.rawValue)"
    user = amqp.user
  }

  public func run() async { await requester.run() }

  public var isConnected: Bool { requester.isConnected }

  public func call(
    _ operation: Operation, data: [UInt8], as caller: Caller, idempotencyKey: String?, timeout: Duration
  ) async throws(Problem) -> OperationReply {
    let id = MessageID.new()
    let now = Date.now
    var head = EnvelopeFrame(id: id, source: source, type: operation.type, time: Timestamp.format(now))
    head.traceparent = caller.traceparent ?? TraceParent.new()
    head.principal = caller.principal
    head.scopes = caller.scopeText
    head.origin = caller.origin
    head.idempotencyKey = idempotencyKey
    head.deadline = Timestamp.format(now.addingTimeInterval(timeout / .seconds(1)))
    let isDurable = operation.isDurable && timeout > .milliseconds(Topology.queryTTL)
    let reply: AMQPMessage
    do throws(AMQPError) {
      let message = AMQPMessage(
        body: head.bytes(data: data),
        properties: AMQPProperties(
          contentType: "application/cloudevents+json", type: operation.type, messageID: id, userID: user,
          persistent: isDurable))
      reply = try await requester.request(
        message, exchange: (isDurable ? Topology.commands : Topology.queries).name, routingKey: operation.routingKey,
        timeout: timeout)
    } catch {
      throw Problem(.unavailable, Self.explain(error, operation))
    }
    return try Self.read(reply)
  }

  private static func read(_ reply: AMQPMessage) throws(Problem) -> OperationReply {
    switch ReplyType(rawValue: reply.properties.type ?? "") {
    case .ok:
      var etag: String?
      if case .string(let value)? = reply.properties.headers[ReplyType.etagHeader] { etag = value }
      return OperationReply(body: reply.body, etag: etag)
    case .problem:
      guard let problem = try? JSONDecoder().decode(Problem.self, from: Data(reply.body)) else {
        throw Problem(.internal, "The service's answer could not be read.")
      }
      throw problem
    case nil:
      throw Problem(.internal, "The service's answer is of an unknown type.")
    }
  }

  private static func explain(_ error: AMQPError, _ operation: Operation) -> String {
    switch error.code {
    case .timedOut: "The \(operation.service.rawValue) service did not answer in time."
    case .returned: "The \(operation.service.rawValue) service is not there."
    case .blocked: "The message broker takes no messages at the moment."
    default: "The message broker cannot be reached."
    }
  }
}
