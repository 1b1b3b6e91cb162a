import Contracts
import HTTPServer
import Messaging

extension RouteTable {
  /// How customers log in themselves.
  static let accounts: [Route] = [
    account("/auth/signup") { call in
      .json(withoutNumber(try JSON.parse(try await call.perform(.signUp, try call.json()).body)).bytes, status: 201)
    },
    account("/auth/login") { call in .json(try await ask(.logIn, call).body) },
    account("/auth/refresh") { call in .json(try await ask(.refreshSession, call).body) },
    account("/auth/reset") { call in
      // What says nothing of a new password asks for the token that one needs.
      let body = try JSON.parse(try call.json())
      let sets = ["password", "token", "old_password"].contains { body[$0] != nil }
      let reply = try await ask(sets ? .resetPassword : .requestReset, call)
      return .json(reply.body, status: sets ? 200 : 202)
    },
    account("/auth/logout") { call in
      _ = try await ask(.logOut, call)
      return HTTPResponse(status: 204)
    },
  ]

  private static func account(
    _ pattern: String, _ handle: @escaping @Sendable (Call) async throws -> HTTPResponse
  ) -> Route {
    Route(.post, pattern, .public, face: .profiles, body: .json(upTo: 16 << 10)) { call in
      try noQuery(call)
      var response = try await handle(call)
      response.headers.add("Cache-Control", "no-store")
      return response
    }
  }

  /// Without a key: an answer with tokens in it must not be kept for a repetition.
  private static func ask(_ operation: Operation, _ call: Call) async throws -> OperationReply {
    try await call.operations.call(
      operation, data: try call.json(), as: call.caller, idempotencyKey: nil, timeout: OperationTimeout.command)
  }
}
