import Contracts
import HTTPServer
import Messaging

extension RouteTable {
  /// Customers by their e-mail address, in the shapes of the customer interface.
  static let profiles: [Route] = [
    Route(.get, "/customers", .scope("profiles:read"), face: .profiles, operation: .listProfiles) { call in
      var query = QueryReader(call.request.query)
      var data: [String: JSON] = [:]
      data["limit"] = query.integer("limit", in: ListRule.limits).map { .integer(Int64($0)) }
      data["after"] = query.one("after").map(JSON.string)
      try query.finish()
      let page = try JSON.parse(try await call.perform(.listProfiles, JSON.object(data).bytes).body)
      guard case .array(let items)? = page["items"] else { return .json(Array("[]".utf8)) }
      var response = HTTPResponse.json(JSON.array(items.map(withoutNumber)).bytes)
      if case .string(let next)? = page["next"] {
        response.headers.add("Link", OperationOutput.link(call.request, next))
      }
      return response
    },
    Route(
      .post, "/customers", .scope("profiles:write"), face: .profiles, body: profileBody, operation: .createProfile
    ) { call in
      try noQuery(call)
      let profile = try JSON.parse(try await call.perform(.createProfile, try call.json()).body)
      var response = HTTPResponse.json(withoutNumber(profile).bytes, status: 201)
      if case .string(let email)? = profile["email"] {
        response.headers.add("Location", "/customers/\(URLText.escape(email))")
      }
      return response
    },
    Route(
      .get, "/customers/{email}", .scope("profiles:read"), face: .profiles, operation: .readProfile
    ) { call in
      try noQuery(call)
      return .json(try profile(await call.perform(.readProfile, JSON.object(["email": email(call)]).bytes)))
    },
    Route(
      .put, "/customers/{email}", .scope("profiles:write"), face: .profiles, body: profileBody,
      operation: .updateProfile
    ) { call in
      try noQuery(call)
      let data: JSON = ["email": email(call), "changes": try JSON.parse(try call.json())]
      return .json(try profile(await call.perform(.updateProfile, data.bytes)))
    },
    Route(
      .delete, "/customers/{email}", .scope("profiles:write"), face: .profiles, operation: .deleteProfile
    ) { call in
      try noQuery(call)
      _ = try await call.perform(.deleteProfile, JSON.object(["email": email(call)]).bytes)
      return .text("\(call.path["email"] ?? "") successfully deleted")
    },
  ]

  private static let profileBody = BodyRule.json(upTo: 16 << 10)

  static func noQuery(_ call: Call) throws(Problem) {
    var query = QueryReader(call.request.query)
    try query.finish()
  }

  private static func email(_ call: Call) -> JSON { .string(call.path["email"] ?? "") }

  private static func profile(_ reply: OperationReply) throws -> [UInt8] {
    withoutNumber(try JSON.parse(reply.body)).bytes
  }

  /// A profile without the number that the rest of the platform knows the customer by: here it never was.
  static func withoutNumber(_ profile: JSON) -> JSON {
    guard case .object(var members) = profile else { return profile }
    members["id"] = nil
    return .object(members)
  }
}
