import Contracts
import Messaging

/// The customer service's question and order about a person.
struct PersonHandlers: Sendable {
  let erasing: PersonErasureStore
  let reading: PersonMessagesStore

  func register(in handlers: inout OperationHandlers) {
    handlers.on(.messagesOfPerson) { request in
      let question = try request.payload(PersonQuestion.self)
      guard let cursor = question.after.map({ PersonMessagesCursor($0) }) ?? .start else {
        throw Problem.invalid([Problem.Field("/after", "is not a cursor from an earlier page")])
      }
      return OperationReply(
        try await reading.page(of: question.person, after: cursor, limit: min(max(question.limit, 1), 1000)).json)
    }
    handlers.on(.eraseMessages) { request in
      try OperationReply(encoding: try await erasing.erase(try request.payload(ErasureOrder.self)))
    }
  }
}
