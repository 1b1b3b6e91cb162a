import AMQP
import Contracts
import Service

/// Sees the queues of deleted providers to their end.
struct RetiredQueueKeeper: Sendable {
  let store: RetiredQueueStore
  let publisher: AMQPPublisher
  let log: Log

  /// Until cancelled.
  func run(every pause: Duration) async {
    while !Task.isCancelled {
      do {
        for queue in try await store.all() { try await look(at: queue) }
      } catch {
        log.warning("the queues of deleted providers cannot be looked at, trying again", [.error(error)])
      }
      do { try await Task.sleep(for: pause) } catch { return }
    }
  }

  func look(at queue: RetiredQueue) async throws {
    let name = Topology.senderBatches(provider: queue.provider).name
    let step = try await store.advance(queue.id) { queue, openClaims in
      let state = try await publisher.state(of: name)
      let step = queue.step(messages: state?.messages, consumers: state?.consumers ?? 0, openClaims: openClaims)
      if step == .delete { try await publisher.delete(queue: name) }
      return step
    }
    if step == .delete { log.info("deleted the queue of a provider that is gone", [.field("queue", name)]) }
  }
}
