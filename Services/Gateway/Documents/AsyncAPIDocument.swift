import Contracts

/// `/asyncapi.json` (AsyncAPI 3.0): what programs may say to the services over the broker, and what they hear. The
/// commands and queries are the same as those of REST, so their data is described by what `/openapi.json` says of the
/// routes; the events by `AsyncAPI/events.json`, and what neither knows by `AsyncAPI/asyncapi.json`.
struct AsyncAPIDocument: Sendable {
  private(set) var json: JSON = [:]
  /// What could not be described; a test holds that there is nothing.
  private(set) var faults: [String] = []

  private var channels: [String: JSON] = [:]
  private var operations: [String: JSON] = [:]
  private var messages: [String: JSON] = [:]

  /// - Parameter openAPI: the description of the same routes.
  init(routes: [Route], openAPI: JSON) {
    let (common, events) = (read(PackageResources.asyncapi_json), read(PackageResources.events_json))
    let components = openAPI["components"].members
    for route in routes {
      guard let operation = route.subject, operations[Self.key(operation.type)] == nil else { continue }
      let entry = openAPI["paths"]?[route.pattern]?[route.method.rawValue.lowercased()]
      guard let entry, let exchange = AsyncAPIExchange(route, entry, components, common["x-operations"]) else {
        faults.append("\(operation.type) is not described")
        continue
      }
      add(operation, exchange)
    }
    for (type, event) in events["events"].members { add(event: type, event) }
    addReplies()

    var whole = common.members
    whole["x-operations"] = nil
    var shared = common["components"].members
    let schemas = components["schemas"].members.merging(shared["schemas"].members) { _, own in own }
    shared["schemas"] = .object(schemas.merging(events["schemas"].members) { _, own in own })
    shared["messages"] = .object(messages)
    whole["components"] = .object(shared)
    whole["channels"] = .object(channels)
    whole["operations"] = .object(operations)
    json = .object(whole)
  }

  /// As it is served.
  var file: StaticFile { StaticFile(json.bytes, type: MediaType.json.rawValue, caching: "no-cache") }

  private mutating func read(_ bytes: [UInt8]) -> JSON {
    do throws(Problem) {
      return try JSON.parse(bytes)
    } catch {
      faults.append(error.detail)
      return [:]
    }
  }

  /// A command or query that a service takes, and its reply.
  private mutating func add(_ operation: Operation, _ exchange: AsyncAPIExchange) {
    let type = Self.key(operation.type)
    let reply = "\(type)\(Self.replySuffix)"
    messages[type] = exchange.request
    messages[reply] = exchange.reply
    channels[type] = Self.channel(
      key: operation.routingKey, on: operation.isDurable ? Topology.commands : Topology.queries, [type])
    operations[type] = [
      "action": "receive", "title": .string(exchange.summary), "description": .string(exchange.description),
      "channel": Self.reference("channels/\(type)"),
      "reply": [
        "address": [
          "location": "$message.header#/reply_to", "description": "A queue of yours, or amq.rabbitmq.reply-to.",
        ],
        "channel": Self.reference("channels/replies"),
        "messages": [
          Self.reference("channels/replies/messages/\(reply)"), Self.reference("channels/replies/messages/problem"),
        ],
      ],
    ]
  }

  private mutating func add(event type: String, _ event: JSON) {
    var message = event.members
    message["name"] = .string(type)
    message["contentType"] = "application/cloudevents+json"
    message["payload"] = [
      "allOf": [["$ref": "#/components/schemas/Event"], Self.data(of: type, event["payload"] ?? [:])]
    ]
    message["examples"] = message.removeValue(forKey: "example").map { [["payload": $0]] }
    let name = Self.key(type)
    messages[name] = .object(message)
    channels[name] = Self.channel(key: type, on: Topology.events, [name])
    operations[name] = [
      "action": "send", "title": event["title"] ?? .string(type), "channel": Self.reference("channels/\(name)"),
    ]
  }

  /// The queue that the caller names: whatever was asked, the answer comes there.
  private mutating func addReplies() {
    messages["problem"] = [
      "name": "problem", "title": "Not done", "contentType": "application/json", "headers": Self.replyHeaders(.problem),
      "payload": ["$ref": "#/components/schemas/OperationProblem"],
    ]
    let names = messages.keys.filter { $0.hasSuffix(Self.replySuffix) || $0 == "problem" }
    channels["replies"] = [
      "address": .null, "title": "Replies",
      "messages": .object(
        Dictionary(uniqueKeysWithValues: names.map { ($0, Self.reference("components/messages/\($0)")) })),
    ]
  }

  private static func channel(key: String, on exchange: Topology.Exchange, _ names: [String]) -> JSON {
    [
      "address": .string(key),
      "messages": .object(
        Dictionary(uniqueKeysWithValues: names.map { ($0, reference("components/messages/\($0)")) })),
      "bindings": [
        "amqp": [
          "is": "routingKey", "bindingVersion": "0.3.0",
          "exchange": [
            "name": .string(exchange.name), "type": .string(exchange.kind.rawValue), "durable": true,
            "autoDelete": false, "vhost": "/",
          ],
        ]
      ],
    ]
  }

  private static let replySuffix = "_reply"

  /// A type as a name within the document, where names have no dots: "mailout_create_v1".
  static func key(_ type: String) -> String { type.replacing(".", with: "_") }

  static func reference(_ place: String) -> JSON { ["$ref": .string("#/\(place)")] }

  /// An envelope's own type and data, beside what all of them have.
  static func data(of type: String, _ schema: JSON) -> JSON {
    ["properties": ["type": ["const": .string(type)], "data": schema]]
  }

  /// The AMQP properties of a reply.
  static func replyHeaders(_ type: ReplyType) -> JSON {
    [
      "type": "object",
      "properties": [
        "type": ["const": .string(type.rawValue)], "correlation_id": ["type": "string"],
        .init(stringLiteral: ReplyType.etagHeader): [
          "type": "string", "description": "The version, where the thing has one.",
        ],
      ],
    ]
  }
}
