import Contracts
import Messaging
import Synchronization

/// The other services, as far as a person's data and erasure ask them.
final class FakeParts: OperationCalling {
  struct Asked: Sendable, Equatable {
    let operation: Contracts.Operation
    let data: JSON
  }

  /// What each answers; a service without an answer is not there.
  let answers = Mutex<[Contracts.Operation: JSON]>([:])
  private let log = Mutex<[Asked]>([])

  init(_ answers: [Contracts.Operation: JSON] = [:]) { self.answers.withLock { $0 = answers } }

  var asked: [Asked] { log.withLock { $0 } }

  func call(
    _ operation: Contracts.Operation, data: [UInt8], as caller: Caller, idempotencyKey: String?, timeout: Duration
  ) async throws(Problem) -> OperationReply {
    let question = try JSON.parse(data)
    log.withLock { $0.append(Asked(operation: operation, data: question)) }
    guard let answer = answers.withLock({ $0[operation] }) else {
      throw Problem(.unavailable, "The \(operation.service.rawValue) service is not there.")
    }
    return OperationReply(answer)
  }

  static let done: JSON = ["erased": ["rows": 1], "left": [:]]

  static let export: [Contracts.Operation: JSON] = [
    .waitingOfPerson: ["single_messages": [["id": 1003]], "mailout_messages": []],
    .leadsOfPerson: ["leads": [["lead_id": "form_1"]]],
    .messagesOfPerson: ["messages": [["id": 1001]], "events": [], "audit": [], "next": "1001.0.0"],
  ]
}
