import Contracts
import Messaging

/// The customer service's question and order about a person.
struct PersonHandlers: Sendable {
  let store: PersonStore

  func register(in handlers: inout OperationHandlers) {
    handlers.on(.waitingOfPerson) { request in
      OperationReply(try await store.waiting(of: try request.payload(PersonQuestion.self).person))
    }
    handlers.on(.eraseWaiting) { request in
      try OperationReply(encoding: try await store.erase(try request.payload(ErasureOrder.self)))
    }
  }
}
