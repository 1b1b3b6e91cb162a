import Contracts
import FoundationEssentials

/// Makes batches of customers: text rendered, ids taken, bytes fixed.
struct Issuer: Sendable {
  let store: IssueStore
  let ids: MessageIDs
  let source: String

  /// First issues, a message a customer.
  func batches(for members: [AudienceMember], of mailout: Mailout, template: Template) async throws
    -> [IssuedBatch]
  {
    let ids = try await ids.take(members.count)
    return try await encode(
      zip(members, ids).map { member, id in
        BatchMessage(
          id: id, customerID: member.id, phone: member.phone, text: template.render(member.fields))
      }, of: mailout)
  }

  /// Messages from the waiting set, to customers as they are now.
  func batches(
    again waiting: [(message: WaitingMessage, member: AudienceMember)], of mailout: Mailout, template: Template
  ) async throws -> [IssuedBatch] {
    try await encode(
      waiting.map { message, member in
        BatchMessage(
          id: message.messageID, customerID: member.id, phone: member.phone, text: template.render(member.fields),
          round: message.round, hop: message.hop + 1, attempts: message.attempts)
      }, of: mailout)
  }

  private func encode(_ messages: [BatchMessage], of mailout: Mailout) async throws -> [IssuedBatch] {
    guard !messages.isEmpty else { return [] }
    let plan = BatchPlanner.split(messages, maxCount: BatchPlanner.maxCount(rateLimit: mailout.draft.rateLimit))
    let batchIDs = try await store.batchIDs(plan.count)
    let now = Date.now
    return zip(plan, batchIDs).map { messages, id in
      let batch = Batch(
        id: id, mailoutID: mailout.id, revision: mailout.revision, provider: mailout.draft.provider,
        issuedAt: Timestamp.microseconds(now), deadline: Timestamp.microseconds(mailout.draft.endAt),
        rateLimit: mailout.draft.rateLimit, messages: messages)
      let frame = EnvelopeFrame(id: "batch-\(id)", source: source, type: Batch.type, time: Timestamp.format(now))
      return IssuedBatch(
        id: id, provider: batch.provider, body: frame.bytes(data: batch.bytes), count: messages.count)
    }
  }
}
