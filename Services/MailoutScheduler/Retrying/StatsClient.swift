import Contracts
import FoundationEssentials
import Messaging

/// What the scheduler asks the statistics.
struct StatsClient: Sendable {
  let operations: any OperationCalling
  let caller: Caller

  /// A message as people are shown it.
  /// - Throws: `Problem` with code `not_found`.
  func message(_ id: Int64) async throws -> JSON {
    let data: JSON = ["id": .integer(id)]
    let reply = try await operations.call(.readMessage, data: data.bytes, as: caller, timeout: .seconds(5))
    return try JSON.parse(reply.body)
  }

  func failedMessages(_ query: FailedMessagesQuery) async throws -> FailedMessages {
    let data = [UInt8](try JSONEncoder().encode(query))
    let reply = try await operations.call(.failedMessages, data: data, as: caller, timeout: .seconds(15))
    return try JSONDecoder().decode(FailedMessages.self, from: Data(reply.body))
  }
}
