import Contracts
import FoundationEssentials

/// Makes batches of messages: ids taken, bytes fixed.
struct Issuer: Sendable {
  /// Messages that may be called until the same instant.
  struct Group: Sendable {
    /// No call starts at or after it; nil for the mailout's own end.
    var deadline: Date?
    /// Seconds since 1970; nil where the hour does not matter.
    var closesAt: Int64?
    var messages: [BatchMessage]
  }

  let source: String
  private let messageIDs: BlockIDs
  private let batchIDs: BlockIDs

  init(store: IssueStore, source: String) {
    self.source = source
    messageIDs = BlockIDs { try await store.messageIDs() }
    batchIDs = BlockIDs { try await store.batchIDs() }
  }

  /// Ids for new messages, ascending.
  func ids(_ count: Int) async throws -> [Int64] { try await messageIDs.take(count) }

  /// - Parameters:
  ///   - grant: where they go, and how many in one batch.
  ///   - asOf: when the customers were read: see `Batch.asOf`.
  func batches(of groups: [Group], for mailout: Mailout, grant: Grant, asOf: Int64) async throws -> [IssuedBatch] {
    let now = Date.now
    let plans = groups.flatMap { group in
      BatchPlanner.split(group.messages, maxCount: grant.batch).map { (group, $0) }
    }
    let ids = try await batchIDs.take(plans.count)
    return zip(plans, ids).map { plan, id in
      let deadline = plan.0.deadline ?? mailout.draft.endAt
      let batch = Batch(
        id: id, mailoutID: mailout.id, revision: mailout.revision, provider: grant.provider,
        issuedAt: Timestamp.microseconds(now), asOf: asOf, deadline: Timestamp.microseconds(deadline),
        closesAt: plan.0.closesAt.map { $0 * 1_000_000 }, rateLimit: mailout.draft.rateLimit, messages: plan.1)
      let frame = EnvelopeFrame(id: "batch-\(id)", source: source, type: Batch.type, time: Timestamp.format(now))
      return IssuedBatch(
        id: id, provider: grant.provider, body: frame.bytes(data: batch.bytes), count: plan.1.count,
        deadline: deadline)
    }
  }
}
