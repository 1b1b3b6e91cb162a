public import Contracts

/// Asks other services: over the broker (`OperationClient`), or what a test answers.
public protocol OperationCalling: Sendable {
  /// - Parameters:
  ///   - data: raw JSON.
  ///   - timeout: after it the answer is `unavailable`, and the request is dropped by whoever has it.
  /// - Throws: the owner's `Problem`, or `unavailable` where it cannot be reached in time.
  func call(
    _ operation: Operation, data: [UInt8], as caller: Caller, idempotencyKey: String?, timeout: Duration
  ) async throws(Problem) -> OperationReply
}

extension OperationCalling {
  public func call(
    _ operation: Operation, data: [UInt8], as caller: Caller, timeout: Duration
  ) async throws(Problem) -> OperationReply {
    try await call(operation, data: data, as: caller, idempotencyKey: nil, timeout: timeout)
  }
}
