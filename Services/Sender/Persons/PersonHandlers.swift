import Contracts
import Messaging

/// The customer service's question and order about a person.
struct PersonHandlers: Sendable {
  let store: PersonStore

  func register(in handlers: inout OperationHandlers) {
    handlers.on(.leadsOfPerson) { request in
      let question = try request.payload(PersonQuestion.self)
      return OperationReply(["leads": .array(try await store.leads(of: question.person))])
    }
    handlers.on(.eraseLeads) { request in
      try OperationReply(encoding: try await store.erase(try request.payload(ErasureOrder.self)))
    }
  }
}
