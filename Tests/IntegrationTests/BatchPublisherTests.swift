import AMQP
import Service
import Synchronization
import Testing

@testable import MailoutScheduler

/// Batches on their way to a broker that refuses them for a moment, or for long.
struct BatchPublisherTests {
  /// Refuses so many messages before it takes them.
  private final class Broker: Sendable {
    private let refusals: Mutex<Int>
    let taken = EventLog<String>()

    init(refusals: Int) { self.refusals = Mutex(refusals) }

    func take(_ message: AMQPMessage) throws(AMQPError) {
      let isRefused = refusals.withLock { left in
        left -= 1
        return left >= 0
      }
      if isRefused { throw AMQPError(.nacked, "the broker refused the message") }
      taken.add(message.properties.messageID ?? "")
    }
  }

  private func with(
    refusals: Int, lease: Duration, _ body: @Sendable (SchedulerDesk, BatchPublisher, Broker) async throws -> Void
  ) async throws {
    try await ScratchDatabase.with(SchedulerMain.database) { pool in
      let desk = SchedulerDesk(pool)
      let (mailout, cohort) = try await desk.started()
      #expect(try await desk.issue(1, of: mailout, from: cohort, to: 10))
      let broker = Broker(refusals: refusals)
      let publisher = BatchPublisher(
        store: BatchStore(pool: pool, publishLease: lease), log: Log(service: "test", instance: "a", level: .error)
      ) { message, _ in try broker.take(message) }
      try await body(desk, publisher, broker)
    }
  }

  /// The lease keeps everybody else from publishing it: it would count as out all that time.
  @Test func whatIsRefusedForAMomentIsPublishedAtOnce() async throws {
    try await with(refusals: 3, lease: .seconds(3600)) { desk, publisher, broker in
      await publisher.publish([SchedulerDesk.batch(1)])
      #expect(broker.taken.events == ["batch-1"])
      await publisher.mark()
      let count = try await desk.number("select count(*) from mailout.batch where published_at is not null")
      #expect(count == 1)
    }
  }

  /// Most are settled within the second from one marking to the next: nothing is asked of the database for them.
  @Test func whatIsSettledBeforeItIsMarkedIsNotMarked() async throws {
    try await with(refusals: 0, lease: .seconds(3600)) { desk, publisher, _ in
      await publisher.publish([SchedulerDesk.batch(1)])
      publisher.settled([1])
      await publisher.mark()
      // It stands there still, for nobody has settled it in truth.
      let count = try await desk.number("select count(*) from mailout.batch where published_at is null")
      #expect(count == 1)
    }
  }

  @Test func whatStaysRefusedIsLeftToTheSweep() async throws {
    try await with(refusals: .max, lease: .milliseconds(300)) { desk, publisher, broker in
      await publisher.publish([SchedulerDesk.batch(1)])
      #expect(broker.taken.events.isEmpty)
      await publisher.mark()
      let count = try await desk.number("select count(*) from mailout.batch where published_at is null")
      #expect(count == 1)
    }
  }
}
