public import AMQP
public import Contracts
public import Service

public import class EventLoop.EventLoop

/// A service's connections to the broker, with their logs and readiness.
public struct Broker: Sendable {
  public let configuration: AMQPConfiguration
  private let readiness: Readiness

  /// `MAILOUT_AMQP_URL`.
  public static func url(from settings: inout Settings) -> Secret {
    settings.secretURL(
      "MAILOUT_AMQP_URL", schemes: ["amqp", "amqps"], help: "The message broker; several hosts are allowed.")
  }

  /// - Parameter loop: the thread of all its connections; nil: each has one of its own.
  /// - Throws: `AMQPError` for a URL that cannot be used.
  public init(url: Secret, context: ServiceContext, loop: EventLoop? = nil) throws {
    var configuration = try AMQPConfiguration(url: url.value, name: "mailout-\(context.name)")
    configuration.loop = loop
    let log = context.log
    configuration.onEvent = { event, connection in
      let fields: [LogField] = [.field("connection", connection), .field("event", "\(event)")]
      switch event {
      case .connected, .unblocked: log.info("broker connection", fields)
      default: log.warning("broker connection", fields)
      }
    }
    self.configuration = configuration
    readiness = context.readiness
  }

  /// A publisher that declares these queues, and the dead letters', before it publishes.
  public func publisher(declaring queues: [Topology.Queue], name: String = "publisher") -> AMQPPublisher {
    let publisher = AMQPPublisher(configuration: named(name), topology: AMQPTopology(queues: queues))
    readiness.add("broker \(name)", problem: "not connected") { publisher.isConnected }
    return publisher
  }

  public func consumer(of queue: Topology.Queue, prefetch: Int) -> AMQPConsumer {
    let consumer = AMQPConsumer(
      configuration: named(queue.name), topology: AMQPTopology(queues: [queue]), queue: queue.name, prefetch: prefetch)
    readiness.add("queue \(queue.name)", problem: "not consuming") { consumer.isConnected }
    return consumer
  }

  private func named(_ name: String) -> AMQPConfiguration {
    var configuration = configuration
    configuration.name += " \(name)"
    return configuration
  }
}
