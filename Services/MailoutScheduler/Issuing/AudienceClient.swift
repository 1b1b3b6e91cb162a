import Contracts
import FoundationEssentials
import Messaging

/// What the scheduler asks the customer service.
struct AudienceClient: Sendable {
  let operations: any OperationCalling
  let caller: Caller

  func page(_ query: AudiencePageQuery) async throws -> AudiencePage {
    try await ask(.audiencePage, query, timeout: .seconds(15))
  }

  func members(_ query: AudienceMembersQuery) async throws -> [AudienceMember] {
    let page: AudiencePage = try await ask(.audienceMembers, query, timeout: .seconds(15))
    return page.members
  }

  func bounds() async throws -> AudienceBounds {
    try await ask(.audienceBounds, JSON.object([:]), timeout: .seconds(5))
  }

  /// May take seconds for millions: never on the way of a message.
  func count(_ query: AudienceCountQuery) async throws -> AudienceCount {
    try await ask(.audienceCount, query, timeout: .seconds(60))
  }

  func knownFields() async throws -> Set<String> {
    let known: KnownFields = try await ask(.knownFields, JSON.object([:]), timeout: .seconds(5))
    return Set(known.names)
  }

  private func ask<Reply: Decodable>(
    _ operation: Operation, _ query: some Encodable & Sendable, timeout: Duration
  ) async throws -> Reply {
    let data = [UInt8](try JSONEncoder().encode(query))
    let reply = try await operations.call(operation, data: data, as: caller, timeout: timeout)
    return try JSONDecoder().decode(Reply.self, from: Data(reply.body))
  }
}
