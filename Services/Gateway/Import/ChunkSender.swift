import Contracts
import FoundationEssentials
import Messaging

/// Has one chunk imported. However often it is sent, it is under one key, and so has one effect.
struct ChunkSender: Sendable {
  let operations: any OperationCalling
  let caller: Caller
  /// The upload's idempotency key.
  let key: String
  let retry: ImportRetry

  /// - Throws: the owner's `Problem`, or `unavailable` when it could not be reached for the time of the rule.
  func send(_ chunk: ImportChunk, format: ImportFormat, columns: [String]) async throws(Problem) -> ImportReport {
    guard chunk.hasContent else { return chunk.report(ImportReport()) }
    let data = chunk.data(format: format, columns: columns)
    return try await retry.asking(while: Self.isPassing) { () throws(Problem) in
      chunk.report(try await once(data, chunk.number))
    }
  }

  private func once(_ data: [UInt8], _ number: Int) async throws(Problem) -> ImportReport {
    let reply = try await operations.call(
      .importCustomers, data: data, as: caller, idempotencyKey: IdempotencyKey.part(number, of: key),
      timeout: OperationTimeout.importChunk)
    do {
      return try JSONDecoder().decode(ImportReport.self, from: Data(reply.body))
    } catch {
      throw Problem(.internal, "The customer service's report on an import cannot be read.")
    }
  }

  /// A conflict on a repetition means that the first attempt is still being worked on.
  private static func isPassing(_ problem: Problem, _ attempt: Int) -> Bool {
    problem.code == .unavailable || (problem.code == .conflict && attempt > 1)
  }
}
