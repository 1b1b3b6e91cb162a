import Contracts
import Messaging
import Synchronization

/// The services, as far as a test needs them: remembers every call, answers what it was told.
final class FakeOperations: OperationCalling {
  struct Asked: Sendable {
    let operation: Operation
    let data: JSON
    let bytes: [UInt8]
    let caller: Caller
    let idempotencyKey: String?
    let timeout: Duration
  }

  typealias Answer = @Sendable (Asked) async throws(Problem) -> OperationReply

  private let answer: Answer
  private let calls = Mutex<[Asked]>([])

  /// `token.keys` is answered with `keys`, everything else by `answer`.
  init(keys: [UInt8]? = TestTokens.jwks, answer: @escaping Answer = { _ throws(Problem) in OperationReply([:]) }) {
    self.answer = { asked throws(Problem) in
      guard asked.operation == .tokenKeys else { return try await answer(asked) }
      guard let keys else { throw Problem(.unavailable, "no keys") }
      return OperationReply(body: keys)
    }
  }

  /// Every call but those for keys.
  var asked: [Asked] { calls.withLock { $0.filter { $0.operation != .tokenKeys } } }

  var keyQuestions: Int { calls.withLock { $0.count { $0.operation == .tokenKeys } } }

  func call(
    _ operation: Operation, data: [UInt8], as caller: Caller, idempotencyKey: String?, timeout: Duration
  ) async throws(Problem) -> OperationReply {
    let asked = Asked(
      operation: operation, data: try JSON.parse(data), bytes: data, caller: caller, idempotencyKey: idempotencyKey,
      timeout: timeout)
    calls.withLock { $0.append(asked) }
    return try await answer(asked)
  }
}
