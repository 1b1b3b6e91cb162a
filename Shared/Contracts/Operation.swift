/// One command or query: who serves it and what scope it needs. `all` is the catalogue; a group has a file of its own.
public struct Operation: Sendable, Hashable {
  /// A command changes something, and is idempotent by key; a query reads, and is dropped past its deadline.
  public enum Kind: String, Sendable {
    case command, query
  }

  /// The versioned name, which is the CloudEvents type: "mailout.create.v1".
  public let type: String
  public let kind: Kind
  public let service: ServiceName
  /// `resource:read` or `resource:write`; nil for those that are how one gets a credential, and between services.
  public let scope: String?
  /// A command with a secret in its data: it goes the way of queries, so that the secret never lies in a durable queue.
  public let isTransient: Bool

  /// Whether a program's waits for its service in a durable queue. Between the platform's own services most go the way
  /// of queries: see `OperationClient`.
  public var isDurable: Bool { kind == .command && !isTransient }

  /// "<service>.<type>".
  public var routingKey: String { "\(service.rawValue).\(type)" }
}

/// The services that answer on queues.
public enum ServiceName: String, Codable, Sendable, CaseIterable {
  case gateway
  case customer
  case mailoutScheduler = "mailout-scheduler"
  case sender
  case stats
}

extension Operation {
  /// The catalogue: every operation of every group.
  public static let all: [Operation] =
    customers + directory + contacts + audiences + access + mailouts + messages + providers + statistics + leads
    + mappings + profiles + accounts + persons

  static func command(
    _ type: String, _ service: ServiceName, _ scope: String?, transient: Bool = false
  ) -> Operation {
    Operation(type: type, kind: .command, service: service, scope: scope, isTransient: transient)
  }

  static func query(_ type: String, _ service: ServiceName, _ scope: String?) -> Operation {
    Operation(type: type, kind: .query, service: service, scope: scope, isTransient: false)
  }
}
