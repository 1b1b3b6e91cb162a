/// Exchanges, queues and bindings, declared in this order on every connect. Declaring what exists is harmless; declaring
/// it with other arguments is refused by the broker.
public struct AMQPTopology: Sendable, Equatable {
  public struct Exchange: Sendable, Equatable {
    public enum Kind: String, Sendable, Equatable {
      case direct, topic, fanout, headers
    }

    public var name: String
    public var kind: Kind
    public var durable: Bool

    public init(name: String, kind: Kind, durable: Bool = true) {
      self.name = name
      self.kind = kind
      self.durable = durable
    }
  }

  /// A queue. With the name "" the broker chooses one; bindings and the consumer then name it "" too, so one such queue
  /// a topology. An exclusive queue ends with its connection.
  public struct Queue: Sendable, Equatable {
    public var name: String
    public var durable: Bool
    public var exclusive: Bool
    public var autoDelete: Bool
    public var arguments: [String: AMQPHeader]

    public init(
      name: String, durable: Bool = true, exclusive: Bool = false, autoDelete: Bool = false,
      arguments: [String: AMQPHeader] = [:]
    ) {
      self.name = name
      self.durable = durable
      self.exclusive = exclusive
      self.autoDelete = autoDelete
      self.arguments = arguments
    }
  }

  public struct Binding: Sendable, Equatable {
    public var queue: String
    public var exchange: String
    public var routingKey: String

    public init(queue: String, exchange: String, routingKey: String) {
      self.queue = queue
      self.exchange = exchange
      self.routingKey = routingKey
    }
  }

  public var exchanges: [Exchange]
  public var queues: [Queue]
  public var bindings: [Binding]

  public init(exchanges: [Exchange] = [], queues: [Queue] = [], bindings: [Binding] = []) {
    self.exchanges = exchanges
    self.queues = queues
    self.bindings = bindings
  }
}
