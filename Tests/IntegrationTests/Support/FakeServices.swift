import Contracts
import FoundationEssentials
import Messaging
import Synchronization

@testable import MailoutScheduler

/// The services a scheduler asks, as far as a test needs them.
final class FakeServices: OperationCalling {
  /// Who may be written to, by id.
  let members: Mutex<[Int64: AudienceMember]>
  /// What statistics know of messages, by id.
  let messages = Mutex<[Int64: JSON]>([:])

  init(_ members: [AudienceMember] = []) {
    self.members = Mutex(Dictionary(members.map { ($0.id, $0) }) { first, _ in first })
  }

  func call(
    _ operation: Contracts.Operation, data: [UInt8], as caller: Caller, idempotencyKey: String?, timeout: Duration
  ) async throws(Problem) -> OperationReply {
    let asked = try JSON.parse(data)
    switch operation {
    case .audienceMembers:
      let ids = if case .array(let ids)? = asked["ids"] { ids } else { [JSON]() }
      let found = members.withLock { members in
        ids.compactMap { if case .integer(let id) = $0 { members[id] } else { nil } }
      }
      return try Self.reply(AudiencePage(members: found, next: nil, asOf: 1))
    case .audiencePage: return try Self.reply(page(try Self.read(AudiencePageQuery.self, data)))
    case .audienceCount:
      let count = Int64(members.withLock { $0.count })
      return try Self.reply(AudienceCount(count: count, unreachable: 0, optedOut: 0, highestID: 100))
    case .audienceBounds: return try Self.reply(AudienceBounds(highestID: 100))
    case .knownFields: return try Self.reply(KnownFields(names: ["first_name"]))
    case .readTag: return OperationReply(["id": asked["id"] ?? .null, "tag": "vip"])
    case .readMessage:
      let id = try asked.targetID()
      guard let message = messages.withLock({ $0[id] }) else { throw Problem.notFound("message", id) }
      return OperationReply(message)
    case .readCustomer: throw Problem.notFound("customer", try asked.targetID())
    default: throw Problem(.unavailable, "no service is there for \(operation.type)")
    }
  }

  private func page(_ query: AudiencePageQuery) -> AudiencePage {
    let found = members.withLock { members in
      members.values.filter {
        $0.id > query.after && $0.id <= query.through && (query.timezone == nil || $0.timezone == query.timezone)
          && (query.withoutTimezone == nil || $0.timezone == nil)
      }.sorted { $0.id < $1.id }
    }
    let page = Array(found.prefix(query.limit))
    return AudiencePage(members: page, next: page.count < found.count ? page.last?.id : nil, asOf: 1)
  }

  private static func read<Query: Decodable>(_ type: Query.Type, _ data: [UInt8]) throws(Problem) -> Query {
    do {
      return try JSONDecoder().decode(type, from: Data(data))
    } catch {
      throw Problem(.malformed, "\(error)")
    }
  }

  private static func reply(_ value: some Encodable & Sendable) throws(Problem) -> OperationReply {
    do { return try OperationReply(encoding: value) } catch { throw Problem(.internal, "\(error)") }
  }
}
