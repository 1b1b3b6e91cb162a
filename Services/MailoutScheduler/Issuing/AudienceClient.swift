import Contracts
import FoundationEssentials
import Messaging

/// What the scheduler asks the customer service.
struct AudienceClient: Sendable {
  let operations: any OperationCalling
  let caller: Caller

  func page(_ query: AudiencePageQuery) async throws -> AudiencePage {
    try AudiencePage(bytes: try await body(.audiencePage, query, timeout: .seconds(15)))
  }

  func members(_ query: AudienceMembersQuery) async throws -> AudiencePage {
    try AudiencePage(bytes: try await body(.audienceMembers, query, timeout: .seconds(15)))
  }

  func bounds() async throws -> AudienceBounds {
    try await ask(.audienceBounds, JSON.object([:]), timeout: .seconds(5))
  }

  /// The zones customers have.
  func zones() async throws -> [String] {
    let zones: AudienceZones = try await ask(.audienceZones, JSON.object([:]), timeout: .seconds(5))
    return zones.timezones
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
    let body = try await body(operation, query, timeout: timeout)
    return try JSONDecoder().decode(Reply.self, from: Data(body))
  }

  private func body(
    _ operation: Operation, _ query: some Encodable & Sendable, timeout: Duration
  ) async throws -> [UInt8] {
    let data = [UInt8](try JSONEncoder().encode(query))
    return try await operations.call(operation, data: data, as: caller, timeout: timeout).body
  }
}
