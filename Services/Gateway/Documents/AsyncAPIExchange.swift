import Contracts

/// One command or query with its reply, as messages of `/asyncapi.json`.
struct AsyncAPIExchange {
  let summary: String
  let description: String
  let request: JSON
  let reply: JSON

  /// - Parameters:
  ///   - entry: the route's operation in `/openapi.json`.
  ///   - components: those that the entry refers to.
  ///   - written: data, reply and examples by hand, by the operation's type, for routes that are more than their operation.
  init?(_ route: Route, _ entry: JSON, _ components: [String: JSON], _ written: JSON?) {
    guard let operation = route.subject else { return nil }
    let own = written?[operation.type]
    guard let data = own?["data"] ?? Self.data(route, entry, components) else { return nil }
    let success = entry["responses"].members.filter { $0.key.hasPrefix("2") }.min { $0.key < $1.key }?.value
    let content = success?["content"]?[MediaType.json.rawValue]
    summary = Self.text(entry["summary"])
    let scope = operation.scope.map { "Needs the scope \($0)." } ?? ""
    description = [Self.text(entry["description"]), scope].filter { !$0.isEmpty }.joined(separator: " ")

    let envelope = operation.kind == .command ? "Command" : "Query"
    var request: [String: JSON] = [
      "name": .string(operation.type), "title": .string(summary), "contentType": "application/cloudevents+json",
      "headers": ["$ref": "#/components/schemas/RequestProperties"],
      "correlationId": ["location": "$message.header#/correlation_id"],
      "payload": [
        "allOf": [
          ["$ref": .string("#/components/schemas/\(envelope)")], AsyncAPIDocument.data(of: operation.type, data),
        ]
      ],
    ]
    if let example = own?["example"] ?? route.input?.example(body: Self.bodyExample(entry)) {
      request["examples"] = [["payload": Self.envelope(operation, example)]]
    }
    self.request = .object(request)

    var reply: [String: JSON] = [
      "name": .string("\(operation.type).reply"), "title": .string("Done: \(summary)"),
      "contentType": .string(MediaType.json.rawValue), "headers": AsyncAPIDocument.replyHeaders(.ok),
      "correlationId": ["location": "$message.header#/correlation_id"],
      // Where REST answers without a body there may be anything: nobody reads it.
      "payload": own?["reply"] ?? content?["schema"] ?? [:],
    ]
    // An example of REST's body is none of a reply that is described by hand.
    let example = own?["reply"] == nil ? content?["example"] : own?["reply_example"]
    if let example { reply["examples"] = [["payload": example]] }
    self.reply = .object(reply)
  }

  private static func data(_ route: Route, _ entry: JSON, _ components: [String: JSON]) -> JSON? {
    guard let input = route.input else { return nil }
    var parameters: [String: JSON] = [:]
    for parameter in list(entry["parameters"]) {
      let found = parameter["$ref"].flatMap { reference in
        components["parameters"]?[String(text(reference).split(separator: "/").last ?? "")]
      }
      let whole = found ?? parameter
      parameters[text(whole["name"])] = whole["schema"]
    }
    let body = entry["requestBody"]?["content"]?[MediaType.json.rawValue]?["schema"] ?? [:]
    return input.schema(body: body, parameters: parameters, isVersioned: route.subject?.kind == .command)
  }

  private static func bodyExample(_ entry: JSON) -> JSON? {
    entry["requestBody"]?["content"]?[MediaType.json.rawValue]?["example"]
  }

  private static func envelope(_ operation: Operation, _ data: JSON) -> JSON {
    var members: [String: JSON] = [
      "specversion": "1.0", "id": "b7c1f6a2", "source": "/shop", "type": .string(operation.type),
      "time": "2026-11-21T09:00:00Z", "datacontenttype": "application/json", "data": data,
    ]
    if operation.kind == .command { members["idempotencykey"] = "order-4711" }
    return .object(members)
  }

  private static func text(_ value: JSON?) -> String {
    if case .string(let text)? = value { text } else { "" }
  }

  private static func list(_ value: JSON?) -> [JSON] {
    if case .array(let elements)? = value { elements } else { [] }
  }
}
