import AMQP
import Contracts
import EventLoop
import Messaging
import Service
import Synchronization

/// Publishes committed batches with confirms. What it cannot finish stays unpublished in the table, and the sweep of
/// any replica publishes the same bytes again.
///
/// Those that are published are marked now and then: most are settled, and gone, before. What is not marked when a replica
/// dies is published a second time, which claims make harmless.
final class BatchPublisher: Sendable {
  private let store: BatchStore
  private let log: Log
  private let send: @Sendable (_ message: AMQPMessage, _ provider: String) async throws -> Void
  private let unmarked = Mutex<Set<Int64>>([])

  /// - Parameter send: publishes to a provider's queue; returns when the broker has confirmed.
  init(
    store: BatchStore, log: Log,
    send: @escaping @Sendable (_ message: AMQPMessage, _ provider: String) async throws -> Void
  ) {
    self.store = store
    self.log = log
    self.send = send
  }

  func publish(_ batches: [IssuedBatch]) async {
    let published = await withTaskGroup(of: Int64?.self) { group in
      for batch in batches {
        // A broker that elects a leader refuses everything for a second. Nobody else may publish them before the lease is
        // over, and all that time they would count as out.
        group.addTask { [self] in
          let isPublished = await publish(
            id: batch.id, provider: batch.provider, body: batch.body, patience: store.publishLease / 2)
          return isPublished ? batch.id : nil
        }
      }
      return await group.reduce(into: Set<Int64>()) { ids, id in if let id { ids.insert(id) } }
    }
    unmarked.withLock { $0.formUnion(published) }
  }

  /// These have been settled: there is nothing left of them to mark.
  func settled(_ batches: [Int64]) {
    unmarked.withLock { $0.subtract(batches) }
  }

  /// Marks those that have been published.
  func mark() async {
    let published = unmarked.withLock { unmarked in
      defer { unmarked = [] }
      return unmarked
    }
    guard !published.isEmpty else { return }
    do {
      try await store.markPublished(published.sorted())
    } catch {
      unmarked.withLock { $0.formUnion(published) }
      log.warning("published batches could not be marked yet", [.field("count", published.count), .error(error)])
    }
  }

  /// Marks until cancelled.
  /// - Parameter pause: well below the lease that an issuer has to publish.
  func keepMarking(every pause: Duration) async {
    while !Task.isCancelled {
      await mark()
      do { try await EventLoop.sleep(for: pause) } catch { return }
    }
  }

  /// Looks for batches that were left behind, until cancelled.
  func sweep(every pause: Duration) async {
    while !Task.isCancelled {
      do {
        let left = try await store.takeUnpublished(limit: 50)
        if !left.isEmpty { log.info("publishing batches left behind", [.field("count", left.count)]) }
        for batch in left {
          // It may be of an earlier release. Those just made are not read for it: they are many, and of this one.
          let type = (try? EnvelopeFrame.read(batch.body).type) ?? Batch.type
          guard await publish(id: batch.id, provider: batch.provider, body: batch.body, type: type) else { continue }
          try await store.markPublished([batch.id])
        }
        if left.count == 50 { continue }
      } catch {
        log.warning("the sweep for unpublished batches failed", [.error(error)])
      }
      do { try await EventLoop.sleep(for: pause) } catch { return }
    }
  }

  /// - Parameter patience: for how long to try again.
  private func publish(
    id: Int64, provider: String, body: [UInt8], type: String = Batch.type, patience: Duration = .zero
  ) async -> Bool {
    let end = ContinuousClock.now + patience
    let backoff = Backoff(base: .milliseconds(100), cap: .seconds(1))
    var failures = 0
    while true {
      do {
        try await send(AMQPMessage(cloudEvent: body, type: type, id: "batch-\(id)"), provider)
        return true
      } catch {
        failures += 1
        let pause = backoff.delay(attempt: failures)
        guard .now + pause < end else {
          log.warning("a batch was not confirmed", [.batchID(id), .field("attempts", failures), .error(error)])
          return false
        }
        do { try await EventLoop.sleep(for: pause) } catch { return false }
      }
    }
  }
}
