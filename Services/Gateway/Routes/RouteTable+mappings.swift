import Contracts
import HTTPServer

extension RouteTable {
  /// Customers as other applications know them, in the shapes of the interface that they speak already: forms or JSON.
  static let mappings: [Route] = [
    Route(
      .post, "/v1/customers", .scope("mappings:write"), face: .mappings, body: mappingBody, operation: .customerOfDomain
    ) { call in
      let reply = try await perform(call, .customerOfDomain, ["domain"])
      return .json((reply["customer"] ?? [:]).bytes, status: reply["created"] == true ? 201 : 200)
    },
    Route(
      .post, "/v1/mappings", .scope("mappings:write"), face: .mappings, body: mappingBody, operation: .createMapping
    ) { call in
      .json(try await perform(call, .createMapping, ["customer", "app", "customer_app_id"]).bytes, status: 201)
    },
    Route(
      .get, "/v1/mappings", .scope("mappings:read"), face: .mappings, body: mappingBody, operation: .listMappings
    ) { call in
      var query = QueryReader(call.request.query)
      let asked = query.one("customer")
      try query.finish()
      var data = try BodyFields.read(call, ["customer"], keepsEmpty: asked != nil)
      if let asked {
        guard data["customer"] ?? .string(asked) == .string(asked) else {
          throw Problem.invalid([Problem.Field("/customer", "The query and the body name two customers.")])
        }
        data["customer"] = .string(asked)
      }
      let reply = try JSON.parse(try await call.perform(.listMappings, JSON.object(data).bytes).body)
      guard case .array(let mappings)? = reply["mappings"] else { return .json(Array("[]".utf8)) }
      return .json(JSON.array(mappings.map(shown)).bytes)
    },
    Route(
      .get, "/v1/query/{app}/{customer_app_id}", .scope("mappings:read"), face: .mappings, operation: .findMapping
    ) { call in
      var query = QueryReader(call.request.query)
      try query.finish()
      let data: JSON = [
        "app": .string(call.path["app"] ?? ""), "customer_app_id": .string(call.path["customer_app_id"] ?? ""),
      ]
      do {
        return .json(try await call.perform(.findMapping, data.bytes).body)
      } catch {
        throw Refusal.nothingThere(error, "No customer can have such an id.")
      }
    },
  ]

  private static let mappingBody = BodyRule.optional(BodyFields.types, upTo: 64 << 10)

  private static func perform(_ call: Call, _ operation: Operation, _ names: [String]) async throws -> JSON {
    var query = QueryReader(call.request.query)
    try query.finish()
    let data = JSON.object(try BodyFields.read(call, names))
    return try JSON.parse(try await call.perform(operation, data.bytes).body)
  }

  /// The id under the name that it has always had here, which is a slip of the pen, and under the one that was meant.
  private static func shown(_ mapping: JSON) -> JSON {
    let id = mapping["customer_app_id"] ?? .null
    return ["app": mapping["app"] ?? .null, "domain": mapping["domain"] ?? .null, "aoo_id": id, "app_id": id]
  }
}
