/// The exchanges, queues and bindings of the platform, as data. A publisher declares those of what it publishes
/// before it publishes; queue arguments can never change, so names carry a version.
public enum Topology {
  public struct Exchange: Sendable, Hashable {
    public enum Kind: String, Sendable { case direct, topic, fanout }
    public let name: String
    public let kind: Kind
  }

  public struct Queue: Sendable, Hashable {
    /// `durable` work: quorum, with a delivery limit and at-least-once dead lettering. `transient` reads: classic.
    public enum Kind: Sendable, Hashable { case durable, transient }
    public let name: String
    public let kind: Kind
    public let bindings: [Binding]
  }

  public struct Binding: Sendable, Hashable {
    public let exchange: Exchange
    public let key: String
  }

  public static let commands = Exchange(name: "mailout.commands", kind: .topic)
  public static let queries = Exchange(name: "mailout.queries", kind: .topic)
  public static let batches = Exchange(name: "mailout.batches", kind: .topic)
  public static let outcomes = Exchange(name: "mailout.outcomes", kind: .direct)
  public static let events = Exchange(name: "mailout.events", kind: .topic)
  public static let dead = Exchange(name: "mailout.dead", kind: .topic)

  /// After so many deliveries that ended in a requeue or a lost consumer a message is poison.
  public static let deliveryLimit = 20
  /// A query nobody has taken for so long has no one waiting for its answer; milliseconds.
  public static let queryTTL = 10_000

  public static func commandQueue(of service: ServiceName) -> Queue {
    Queue(
      name: "\(service.rawValue).commands.v1", kind: .durable,
      bindings: [Binding(exchange: commands, key: "\(service.rawValue).#")])
  }

  public static func queryQueue(of service: ServiceName) -> Queue {
    Queue(
      name: "\(service.rawValue).queries.v1", kind: .transient,
      bindings: [Binding(exchange: queries, key: "\(service.rawValue).#")])
  }

  /// The work of one provider.
  public static func senderBatches(provider: String) -> Queue {
    Queue(
      name: "sender.batches.\(provider).v1", kind: .durable,
      bindings: [Binding(exchange: batches, key: provider)])
  }

  public static let statsBatches = Queue(
    name: "stats.batches.v1", kind: .durable, bindings: [Binding(exchange: batches, key: "#")])
  public static let statsOutcomes = Queue(
    name: "stats.outcomes.v1", kind: .durable, bindings: [Binding(exchange: outcomes, key: outcomeKey)])
  public static let schedulerSettled = Queue(
    name: "scheduler.settled.v1", kind: .durable, bindings: [Binding(exchange: outcomes, key: settledKey)])
  public static let statsEvents = Queue(
    name: "stats.events.v1", kind: .durable, bindings: [Binding(exchange: events, key: "mailout.#")])
  public static let statsDead = Queue(
    name: "stats.dead.v1", kind: .durable, bindings: [Binding(exchange: dead, key: "#")])

  public static let outcomeKey = "outcome"
  public static let settledKey = "settled"

  public static let exchanges = [commands, queries, batches, outcomes, events, dead]

  /// Every queue but those of providers.
  public static let queues: [Queue] =
    [ServiceName.customer, .mailoutScheduler, .stats].flatMap { [commandQueue(of: $0), queryQueue(of: $0)] }
    + [statsBatches, statsOutcomes, schedulerSettled, statsEvents, statsDead]
}

/// The headers of a dead letter.
public enum DeadLetterHeader {
  public static let reason = "x-mailout-reason"
  public static let queue = "x-mailout-queue"
  public static let exchange = "x-mailout-exchange"
  public static let routingKey = "x-mailout-routing-key"
  public static let service = "x-mailout-service"
}
