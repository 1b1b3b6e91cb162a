import Contracts
import Messaging

/// Answers the other services' question what an integration may.
struct IntegrationHandlers: Sendable {
  let integrations: any IntegrationKnowing

  func register(in handlers: inout OperationHandlers) {
    handlers.on(.integrationScopes) { request in
      var reader = FieldReader(try request.json())
      let name = reader.string("name", required: true, max: 64)
      try reader.finish()
      let scopes = try await integrations.scopes(of: name ?? "")
      return OperationReply(["scopes": scopes.map { .array($0.sorted().map { .string($0) }) } ?? .null])
    }
  }
}
