import Contracts
import FoundationEssentials
import Messaging
import Postgres
import Service

/// What every driver of this replica works with.
struct DriverTools: Sendable {
  /// How long after its end a mailout waits for senders to settle, before it writes the batches off.
  static let patience: TimeInterval = 60

  let pool: PostgresPool
  let life: LifeStore
  let issues: IssueStore
  let waiting: WaitingStore
  let singles: SingleStore
  let batches: BatchStore
  let issuer: Issuer
  let publisher: BatchPublisher
  let audience: AudienceClient
  let stats: StatsClient
  let retries: RetryStore
  let pace: Pace
  let board: ProviderBoard
  let outcomes: Outbox
  let log: Log
  let metrics: SchedulerMetrics
  let crowd = Crowd()

  /// What this replica drives: a mailout, or the messages of none; nil where it is over, or another's.
  func lookUp(_ id: Int64) async throws -> DriveState? {
    let answers = try await pool.withConnection {
      try await $0.pipeline([
        MailoutStore.driven(id, by: life.owner), IssueStore.cohorts(of: id), RetryStore.open(of: id),
      ])
    }
    guard let mailout = try answers[0].first.map(MailoutStore.mailout), mailout.isLive else { return nil }
    return try DriveState(
      mailout, cohorts: answers[1].map(IssueStore.cohort), order: answers[2].first.map(RetryStore.order))
  }

  /// Outcomes from the scheduler itself, through the outbox.
  func tell(_ outcomes: [Outcome], on connection: PostgresConnection) async throws {
    try await self.outcomes.tell(outcomes, on: connection)
  }

  /// Long after the end a batch that no sender settles is written off: its messages become `expired`, which a late
  /// `sent` corrects. So even a batch that was dead-lettered ends. False where the mailout is not over, or not ours (any
  /// more): see `LifeStore.whenOver`.
  func abandonOverdue(_ mailout: Mailout, now: Date) async throws -> Bool {
    // A mailout has one end; of other messages each batch has its own.
    let isMailout = mailout.id != NoMailout.id
    let end = now.addingTimeInterval(-Self.patience)
    guard !isMailout || mailout.draft.endAt < end else { return true }
    for batch in try await batches.unsettled(of: mailout.id, endedBefore: isMailout ? nil : end, limit: 20) {
      let messages = try Batch.payload(of: batch.body).messages
      let isOver: Void? = try await life.whenOver(mailout, now: end) { connection in
        guard try await BatchStore.writeOff(batch.id, on: connection) else { return }
        log.warning(
          "writing a batch off that no sender settled",
          [.mailoutID(mailout.id), .batchID(batch.id), .field("count", messages.count)])
        if !isMailout { try await singles.delete(messages.map(\.id), on: connection) }
        try await tell(
          messages.map {
            let end = MessageEnd.late(isUnknown: $0.isUnknown, reason: "not_settled")
            return Outcome(
              messageID: $0.id, mailoutID: mailout.id, customerID: $0.customerID, status: end.status, round: $0.round,
              hop: $0.hop, attempts: $0.attempts, reason: end.reason, at: Timestamp.microseconds(now))
          }, on: connection)
      }
      if isOver == nil { return false }
    }
    return true
  }
}
