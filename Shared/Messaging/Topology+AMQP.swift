public import AMQP
public import Contracts

extension AMQPTopology {
  /// The declarations for these queues, their bindings, every exchange of the platform, and the dead letters' queue, so
  /// that nothing dead is ever unroutable.
  public init(queues: [Topology.Queue]) {
    let all = queues.contains(Topology.statsDead) ? queues : queues + [Topology.statsDead]
    self.init(
      exchanges: Topology.exchanges.map { Exchange(name: $0.name, kind: .init($0.kind)) },
      queues: all.map { Queue(name: $0.name, durable: $0.kind == .durable, arguments: $0.arguments) },
      bindings: all.flatMap { queue in
        queue.bindings.map { Binding(queue: queue.name, exchange: $0.exchange.name, routingKey: $0.key) }
      })
  }
}

extension AMQPTopology.Exchange.Kind {
  fileprivate init(_ kind: Topology.Exchange.Kind) {
    switch kind {
    case .direct: self = .direct
    case .topic: self = .topic
    case .fanout: self = .fanout
    }
  }
}

extension Topology.Queue {
  /// The arguments of its declaration. They can never change under the same name.
  var arguments: [String: AMQPHeader] {
    switch kind {
    case .instance:
      return ["x-expires": .int(Int64(Topology.instanceTTL))]
    case .transient:
      return ["x-message-ttl": .int(Int64(Topology.queryTTL))]
    case .durable where name == Topology.statsDead.name:
      // The end of the line: nothing leaves it unhandled, whatever happens.
      return ["x-queue-type": .string("quorum")]
    case .durable:
      return [
        "x-queue-type": .string("quorum"),
        "x-delivery-limit": .int(Int64(Topology.deliveryLimit)),
        "x-dead-letter-exchange": .string(Topology.dead.name),
        "x-dead-letter-routing-key": .string(name),
        "x-dead-letter-strategy": .string("at-least-once"),
        "x-overflow": .string("reject-publish"),
      ]
    }
  }
}
