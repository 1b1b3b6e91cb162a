import AMQP
import Contracts
import Messaging
import Service

/// Publishes committed batches with confirms. What it cannot finish stays unpublished in the table, and the sweep of
/// any replica publishes the same bytes again.
struct BatchPublisher: Sendable {
  let publishers: ProviderPublishers
  let store: BatchStore
  let log: Log

  func publish(_ batches: [IssuedBatch]) async {
    let published = await withTaskGroup(of: Int64?.self) { group in
      for batch in batches {
        group.addTask { await publish(id: batch.id, provider: batch.provider, body: batch.body) ? batch.id : nil }
      }
      return await group.reduce(into: [Int64]()) { ids, id in if let id { ids.append(id) } }
    }
    guard !published.isEmpty else { return }
    do {
      try await store.markPublished(published)
    } catch {
      // They will be published twice, which claims make harmless.
      log.warning("published batches could not be marked", [.field("count", published.count), .error(error)])
    }
  }

  /// Looks for batches that were left behind, until cancelled.
  func sweep(every pause: Duration) async {
    while !Task.isCancelled {
      do {
        let left = try await store.takeUnpublished(limit: 50)
        if !left.isEmpty { log.info("publishing batches left behind", [.field("count", left.count)]) }
        for batch in left where await publish(id: batch.id, provider: batch.provider, body: batch.body) {
          try await store.markPublished([batch.id])
        }
        if left.count == 50 { continue }
      } catch {
        log.warning("the sweep for unpublished batches failed", [.error(error)])
      }
      do { try await Task.sleep(for: pause) } catch { return }
    }
  }

  private func publish(id: Int64, provider: String, body: [UInt8]) async -> Bool {
    do {
      try await publishers.publisher(of: provider).publish(
        AMQPMessage(cloudEvent: body, type: Batch.type, id: "batch-\(id)"), exchange: Topology.batches.name,
        routingKey: provider)
      return true
    } catch {
      log.warning("a batch was not confirmed", [.batchID(id), .error(error)])
      return false
    }
  }
}
