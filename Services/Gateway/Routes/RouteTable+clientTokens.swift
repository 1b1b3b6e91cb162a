import Contracts
import HTTPServer

extension RouteTable {
  /// `POST /token`: OAuth 2 client credentials, as the contact interface has always had it. Form fields or HTTP Basic;
  /// the form wins. Every refusal is the same 400, but for a grant that does not exist.
  static let clientTokens: [Route] = [
    Route(.post, "/token", .public, face: .detail, body: .optional([.form], upTo: 16 << 10)) { call in
      guard let form = try? FormFields(call.request.body.buffered ?? []) else { throw refused }
      if let grant = form["grant_type"], !grants.contains(grant) { return unknownGrant(grant) }
      var data: [String: JSON] = ["address": .string(call.address)]
      if let id = form["client_id"] {
        data["client_id"] = .string(id)
        data["client_secret"] = form["client_secret"].map(JSON.string)
      } else if let basic = BasicCredentials(call.request.headers) {
        data["client_id"] = .string(basic.user)
        data["client_secret"] = .string(basic.password)
      }
      guard data["client_id"] != nil, data["client_secret"] != nil else { throw refused }
      data["scope"] = form["scope"].map(JSON.string)
      do {
        // Without a key: an answer with a token in it must not be kept for a repetition.
        let reply = try await call.operations.call(
          .authenticateClient, data: JSON.object(data).bytes, as: call.caller, idempotencyKey: nil,
          timeout: OperationTimeout.command)
        var response = HTTPResponse.json(reply.body)
        response.headers.add("Cache-Control", "no-store")
        return response
      } catch let problem as Problem where [.unauthenticated, .invalid, .malformed].contains(problem.code) {
        throw refused
      }
    }
  ]

  private static let grants = ["client_credentials", "refresh_token"]

  private static let refused: Refusal = {
    var refusal = Refusal(status: 400, title: "No token", detail: "Incorrect username or password")
    refusal.headers = [("Cache-Control", "no-store")]
    return refusal
  }()

  /// In the words of the framework that programs know this interface from.
  private static func unknownGrant(_ grant: String) -> HTTPResponse {
    let pattern = "^(\(grants.joined(separator: "|")))$"
    let fault: JSON = [
      "type": "string_pattern_mismatch", "loc": ["body", "grant_type"],
      "msg": .string("String should match pattern '\(pattern)'"), "input": .string(grant),
      "ctx": ["pattern": .string(pattern)],
    ]
    return .json(JSON.object(["detail": [fault]]).bytes, status: 422)
  }
}
