import AMQP
import Contracts
import Service

/// Sees the queues of deleted providers to their end.
struct RetiredQueueKeeper: Sendable {
  let store: RetiredQueueStore
  let publisher: AMQPPublisher
  let log: Log
  /// What a queue holds; nil for what the broker says. Tests bring their own: of a quorum queue that does not answer
  /// within a quarter of a second, RabbitMQ says that it holds nothing.
  var state: (@Sendable (String) async throws -> AMQPQueueState?)?

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
      let seen = if let state { try await state(name) } else { try await publisher.state(of: name) }
      let step = queue.step(messages: seen?.messages, consumers: seen?.consumers ?? 0, openClaims: openClaims)
      guard step == .delete else { return step }
      guard try await publisher.isEmpty(queue: name) else { return .reopen }
      // It has just answered: now its counts are true.
      guard try await publisher.state(of: name)?.consumers == 0 else { return .wait }
      try await publisher.delete(queue: name)
      return step
    }
    if step == .delete { log.info("deleted the queue of a provider that is gone", [.field("queue", name)]) }
  }
}
