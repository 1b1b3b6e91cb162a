import Contracts
import Messaging

/// What the broker must let an integration do: just what its scopes are for. Patterns are regular expressions, as
/// RabbitMQ's permissions are.
struct IntegrationRights: Sendable, Equatable {
  let integration: IntegrationUser
  let scopes: [String]

  /// Names of exchanges and queues it may publish to, and bind its own queue.
  var write: String { "^(\(Self.any([Topology.commands.name, Topology.queries.name]))|\(ownQueues))$" }
  /// Those it may bind to, and take from.
  var read: String { "^(\(Self.any([Topology.events.name]))|\(ownQueues))$" }

  /// Routing keys it may publish under, by exchange.
  var commands: String { Self.pattern(keys { $0.isDurable }) }
  var queries: String { Self.pattern(keys { !$0.isDurable }) }

  /// Routing keys it may bind to events: whole families, so that `mailout.#` is one.
  var events: String {
    let families = Set(EventType.allCases.map(\.family)).filter { scopes.contains(Self.scope(ofFamily: $0)) }
    return families.isEmpty ? "^$" : "^(\(Self.any(families.sorted())))\\."
  }

  var json: JSON {
    [
      "name": .string(integration.name), "user": .string(integration.user), "queue": .string(integration.queue),
      "write": .string(write), "read": .string(read),
      "topics": .object([
        Topology.commands.name: ["write": .string(commands), "read": "^$"],
        Topology.queries.name: ["write": .string(queries), "read": "^$"],
        Topology.events.name: ["write": "^$", "read": .string(events)],
      ]),
    ]
  }

  private var ownQueues: String { "integration\\.\(integration.name)\\..*" }

  private func keys(_ isMeant: (Operation) -> Bool) -> [String] {
    Operation.all.filter { operation in
      isMeant(operation) && operation.scope.map { scopes.contains($0) } == true
    }.map(\.routingKey).sorted()
  }

  /// What must be readable for its news to be told.
  private static func scope(ofFamily family: String) -> String {
    switch family {
    case "customer", "tag", "phone-code", "timezone": "customers:read"
    case "mailout": "mailouts:read"
    case "message": "messages:read"
    case "lead": "leads:read"
    case "mapping": "mappings:read"
    case "erasure": "personal-data:read"
    default: "admin:read"
    }
  }

  private static func pattern(_ keys: [String]) -> String { keys.isEmpty ? "^$" : "^(\(any(keys)))$" }

  private static func any(_ names: [String]) -> String {
    names.map { $0.replacing(".", with: "\\.") }.joined(separator: "|")
  }
}

extension EventType {
  /// The first word: whose news it is.
  var family: String { String(rawValue.prefix { $0 != "." }) }
}
