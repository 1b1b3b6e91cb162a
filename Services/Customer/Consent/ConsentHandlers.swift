import Contracts
import Messaging
import Postgres

/// Answers the senders' question whom not to write to.
struct ConsentHandlers: Sendable {
  let pool: PostgresPool
  let store = ConsentStore()

  func register(in handlers: inout OperationHandlers) {
    handlers.on(.consentSnapshot) { _ in try OperationReply(encoding: try await store.snapshot(on: pool)) }
  }
}
