/// The exchanges, queues and bindings of the platform, as data. A publisher declares those of what it publishes
/// before it publishes; queue arguments can never change, so names carry a version.
public enum Topology {
  public struct Exchange: Sendable, Hashable {
    public enum Kind: String, Sendable { case direct, topic, fanout }
    public let name: String
    public let kind: Kind
  }

  public struct Queue: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
      /// Work: quorum, with a delivery limit and at-least-once dead lettering.
      case durable
      /// What somebody waits for: classic and not durable, so that it comes up on another node when its own dies; messages expire.
      case transient
      /// News for one running process: classic and not durable, gone soon after its process.
      case instance
    }
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
  /// What senders must know at once: see `MailoutControl`.
  public static let control = Exchange(name: "mailout.control", kind: .fanout)
  /// The same facts as `events`, for the platform's own services alone: no stranger's queue can hold them up.
  public static let facts = Exchange(name: "mailout.facts", kind: .topic)
  /// Public facts, for integrations.
  public static let events = Exchange(name: "mailout.events", kind: .topic)
  public static let dead = Exchange(name: "mailout.dead", kind: .topic)

  /// After so many deliveries that ended in a requeue or a lost consumer a message is poison.
  public static let deliveryLimit = 20
  /// How long a process's own queue outlives it; milliseconds.
  public static let instanceTTL = 60_000
  /// Whoever asks for something by a queue of queries waits no longer for its answer; milliseconds.
  public static let queryTTL = 10_000

  public static func commandQueue(of service: ServiceName) -> Queue {
    Queue(
      name: "\(service.rawValue).commands.v1", kind: .durable,
      bindings: [Binding(exchange: commands, key: "\(service.rawValue).#")])
  }

  public static func queryQueue(of service: ServiceName) -> Queue {
    Queue(
      name: "\(service.rawValue).queries.v2", kind: .transient,
      bindings: [Binding(exchange: queries, key: "\(service.rawValue).#")])
  }

  /// The work of one provider.
  public static func senderBatches(provider: String) -> Queue {
    Queue(
      name: "sender.batches.\(provider).v1", kind: .durable,
      bindings: [Binding(exchange: batches, key: provider)])
  }

  /// The control messages of one sender process.
  public static func senderControl(instance: String) -> Queue {
    Queue(name: "sender.control.\(instance).v1", kind: .instance, bindings: [Binding(exchange: control, key: "")])
  }

  /// Changes of mailouts, for those who follow them through one gateway process.
  public static func gatewayEvents(instance: String) -> Queue {
    Queue(
      name: "gateway.events.\(instance).v1", kind: .instance, bindings: [Binding(exchange: facts, key: "mailout.#")])
  }

  public static let statsBatches = Queue(
    name: "stats.batches.v1", kind: .durable, bindings: [Binding(exchange: batches, key: "#")])
  public static let statsOutcomes = Queue(
    name: "stats.outcomes.v1", kind: .durable, bindings: [Binding(exchange: outcomes, key: outcomeKey)])
  public static let schedulerSettled = Queue(
    name: "scheduler.settled.v1", kind: .durable, bindings: [Binding(exchange: outcomes, key: settledKey)])
  public static let statsEvents = Queue(
    name: "stats.events.v1", kind: .durable, bindings: [Binding(exchange: facts, key: "mailout.#")])
  public static let statsAudit = Queue(
    name: "stats.audit.v1", kind: .durable, bindings: [Binding(exchange: facts, key: AuditBatch.type)])
  /// Whatever happened to customers, for their timelines. An earlier release has mailouts bound here too; they are
  /// recorded once, however they come.
  public static let statsTimeline = Queue(
    name: "stats.timeline.v1", kind: .durable, bindings: [Binding(exchange: facts, key: "customer.#")])
  public static let schedulerProviders = Queue(
    name: "scheduler.providers.v1", kind: .durable,
    bindings: [Binding(exchange: facts, key: "provider.#"), Binding(exchange: facts, key: "circuit.#")])
  public static let statsDead = Queue(
    name: "stats.dead.v1", kind: .durable, bindings: [Binding(exchange: dead, key: "#")])

  public static let outcomeKey = "outcome"
  public static let settledKey = "settled"

  public static let exchanges = [commands, queries, batches, outcomes, control, facts, events, dead]

  /// Every queue but those of providers.
  public static let queues: [Queue] =
    [ServiceName.customer, .mailoutScheduler, .sender, .stats].flatMap { [commandQueue(of: $0), queryQueue(of: $0)] }
    + [
      statsBatches, statsOutcomes, schedulerSettled, schedulerProviders, statsEvents, statsAudit, statsTimeline,
      statsDead,
    ]
}

/// The headers of a dead letter.
public enum DeadLetterHeader {
  public static let reason = "x-mailout-reason"
  public static let queue = "x-mailout-queue"
  public static let exchange = "x-mailout-exchange"
  public static let routingKey = "x-mailout-routing-key"
  public static let service = "x-mailout-service"
  /// The broker's user that published the message, as the broker vouched for.
  public static let user = "x-mailout-user"
  /// The broker's own: the queue in which it gave a message up.
  public static let firstQueue = "x-first-death-queue"
}
