import Contracts
import Foundation
import Testing

@testable import Sender

/// A call whose connection takes its time: what has changed meanwhile holds it back, at no attempt's cost.
@Suite(.timeLimit(.minutes(20))) struct WithheldCallTests {
  /// A copy with one call that waits for its connection.
  private static func withConnectingCopy(
    seconds: Double = 3600, _ body: @escaping @Sendable (SenderCopy) async throws -> Void
  ) async throws {
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let copy = SenderCopy("a", pool: pool, row: try await SenderCopy.row(pool), reply: nil, isConnecting: true)
      try await copy.run {
        try await copy.accept(DispatcherTests.batch(count: 1, seconds: seconds))
        try await copy.provider.calls.first { _ in true }
        try await body(copy)
      }
      #expect(copy.tools.permits.inUse == 0)
      #expect(copy.provider.calls.events.count == 1)
    }
  }

  private static func outcome(_ copy: SenderCopy) async throws -> Outcome {
    copy.provider.answer(ScriptedProvider.ok)
    let outcome = try await copy.wire.outcomes.first { $0.messageID == 1000 }
    let delivery = try await copy.deliveries.first { _ in true }
    #expect(delivery.settlement == .acked)
    #expect(outcome.attempts == 2)
    return outcome
  }

  @Test(arguments: [
    (MailoutStatus.paused, 3600.0, MessageStatus.deferred, "paused"), (.cancelled, 3600, .cancelled, "cancelled"),
    (.running, 0, .expired, "deadline"),
  ])
  func whatAnOperatorSaysMeanwhileCounts(
    status: MailoutStatus, seconds: Double, becomes: MessageStatus, reason: String
  ) async throws {
    try await Self.withConnectingCopy { copy in
      await copy.tell(
        MailoutControl(
          mailoutID: 7, revision: 4, status: status, deadline: Timestamp.microseconds(.now.addingTimeInterval(seconds)),
          rateLimit: nil))
      let outcome = try await Self.outcome(copy)
      #expect(outcome.status == becomes)
      #expect(outcome.reason == reason)
    }
  }

  @Test func theEndComesMeanwhile() async throws {
    try await Self.withConnectingCopy { copy in
      copy.freeze(for: .seconds(7200))
      let outcome = try await Self.outcome(copy)
      #expect(outcome.status == .expired)
    }
  }

  /// It may be another's by now: it goes back as if it had never been started.
  @Test func theLeaseRunsOutMeanwhile() async throws {
    try await Self.withConnectingCopy(seconds: 36_000) { copy in
      copy.freeze(for: .seconds(7200))
      copy.provider.answer(ScriptedProvider.ok)
      let delivery = try await copy.deliveries.first { _ in true }
      #expect(delivery.settlement == .requeued)
      #expect(copy.wire.outcomes.events.isEmpty)
    }
  }
}
